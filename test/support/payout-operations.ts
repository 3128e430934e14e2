import type { Answer } from './app.js';
import type { Operation } from './operations.js';
import type { Person } from './people.js';

type Call = (method: string, path: string, by: Person, body?: object) => Promise<Answer<unknown>>;

/** What may be done with earnings and payouts. */
export function payoutOperations(call: Call) {
  const calling = (method: string, path: string, body?: object): Operation => ({
    run: (_, by) => call(method, path, by, body),
  });
  return {
    'earnings: own': calling('GET', '/finance/earnings'),
    "earnings: a student's": {
      run: ({ student }, by) => call('GET', `/finance/earnings?instructorId=${student.id}`, by),
    },
    'earnings: the statement': calling('GET', '/finance/earnings/statement?currency=USD'),
    'earnings: the report': calling('GET', '/finance/reports/instructor-earnings'),
    'payouts: list': calling('GET', '/finance/payouts'),
    'payouts: ask for one': calling('POST', '/finance/payouts', { currency: 'USD' }),
    'payouts: approve': calling('POST', '/finance/payouts/pyo_none/approve', {}),
    'payouts: set the account': calling('PUT', '/finance/payout-account', { provider: 'MPESA', phone: '0712345678' }),
    'payouts: the report': calling('GET', '/finance/reports/payouts'),
  } satisfies Record<string, Operation>;
}
