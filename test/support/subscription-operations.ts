import type { Answer } from './app.js';
import type { Operation } from './operations.js';
import type { Person } from './people.js';

type Call = (method: string, path: string, by: Person, body?: object) => Promise<Answer<unknown>>;

/** What may be done with subscriptions, by whoever is signed in and has none. */
export function subscriptionOperations(call: Call) {
  const calling = (method: string, path: string, body?: object): Operation => ({
    run: (_, by) => call(method, path, by, body),
  });
  return {
    'subscriptions: own': calling('GET', '/subscriptions/current'),
    'subscriptions: preview': calling('POST', '/subscriptions/preview', { tier: 'PRO' }),
    'subscriptions: begin the free one': calling('POST', '/subscriptions/create', { tier: 'FREE', period: 'MONTH' }),
    'subscriptions: change': calling('PUT', '/subscriptions/update', { tier: 'PRO' }),
    'subscriptions: cancel': calling('POST', '/subscriptions/cancel', {}),
    'subscriptions: resume': calling('POST', '/subscriptions/resume', {}),
  } satisfies Record<string, Operation>;
}
