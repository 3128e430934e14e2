import type { Answer } from './app.js';
import type { Operation } from './operations.js';
import type { Person } from './people.js';

type Call = (method: string, path: string, by: Person, body?: object) => Promise<Answer<unknown>>;

/** What may be done with reward tokens, by people who have none. */
export function tokenOperations(call: Call) {
  return {
    'tokens: what they are worth': { run: (_, by) => call('GET', '/tokens/rewards', by) },
    'tokens: own': { run: (_, by) => call('GET', '/tokens/balance', by) },
    'tokens: own history': { run: (_, by) => call('GET', '/tokens/history', by) },
    'tokens: award': {
      run: ({ student }, by) => call('POST', '/tokens/award', by, { userId: student.id, amount: 5, reason: 'A gift' }),
    },
    'tokens: redeem what is not there': {
      run: (_, by) => call('POST', '/tokens/redeem', by, { into: 'COUPON', couponOffer: 'TEN_OFF' }),
    },
  } satisfies Record<string, Operation>;
}
