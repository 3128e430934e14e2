import type { Answer } from './app.js';
import { boardOperations } from './board-operations.js';
import { licenseOperations } from './licensing-license-operations.js';
import { payoutOperations } from './payout-operations.js';
import type { Person } from './people.js';
import { reconciliationOperations } from './reconciliation-operations.js';
import { subscriptionOperations } from './subscription-operations.js';
import { tokenOperations } from './token-operations.js';

type Call = (method: string, path: string, by: Person, body?: object) => Promise<Answer<unknown>>;

/** What may be done with nothing but a call: each feature's in its own file. */
export function furtherOperations(call: Call) {
  return {
    ...reconciliationOperations(call),
    ...payoutOperations(call),
    ...subscriptionOperations(call),
    ...tokenOperations(call),
    ...licenseOperations(call),
    ...boardOperations(call),
  };
}
