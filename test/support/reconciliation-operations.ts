import type { Answer } from './app.js';
import type { Operation } from './operations.js';
import type { Person } from './people.js';

type Call = (method: string, path: string, by: Person, body?: object) => Promise<Answer<unknown>>;

/** What may be done with differences between the providers' statements and the books. */
export function reconciliationOperations(call: Call) {
  const resolution = { action: 'WRITE_OFF', reason: 'a reason' };
  return {
    'reconciliation: list': { run: (_, by) => call('GET', '/finance/reconciliation', by) },
    'reconciliation: run': { run: (_, by) => call('POST', '/finance/reconciliation/run', by, { provider: 'MPESA' }) },
    'reconciliation: resolve': {
      run: (_, by) => call('POST', '/finance/reconciliation/dcr_none/resolve', by, resolution),
    },
  } satisfies Record<string, Operation>;
}
