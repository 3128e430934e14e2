import type { Answer } from './app.js';
import { boardOperations } from './board-operations.js';
import { licenseKeyOperations } from './licensing-key-operations.js';
import { licenseOperations } from './licensing-license-operations.js';
import { organizationOperations } from './licensing-organization-operations.js';
import { licensingSeatOperations } from './licensing-seat-operations.js';
import type { Operation } from './operations.js';
import { payoutOperations } from './payout-operations.js';
import type { Person } from './people.js';
import { reconciliationOperations } from './reconciliation-operations.js';
import { subscriptionOperations } from './subscription-operations.js';
import { tokenOperations } from './token-operations.js';

/** What may be done where no session, seat, payment or package is needed for it, feature by feature. */
export function featureOperations(
  call: (method: string, path: string, by: Person, body?: object) => Promise<Answer<unknown>>,
) {
  return {
    ...reconciliationOperations(call),
    ...payoutOperations(call),
    ...subscriptionOperations(call),
    ...organizationOperations(call),
    ...licenseOperations(call),
    ...licenseKeyOperations(call),
    ...licensingSeatOperations(call),
    ...tokenOperations(call),
    ...boardOperations(call),
  } satisfies Record<string, Operation>;
}
