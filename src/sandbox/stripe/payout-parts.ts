import type { Account } from './account.js';
import { invalidRequest, noSuch } from './errors.js';

/** A balance transaction (the id) that an automatic payout consists of. */
export interface PayoutPart {
  id: string;
  payout: string;
}

/** Whether it can be asked yet what a payout consists of. */
export function checkReconciled(account: Account, id: string): void {
  const payout = account.store.payouts.find(id);
  if (!payout) throw noSuch('payout', id, 'payout', 400);
  if (!payout.automatic) {
    throw invalidRequest('Balance transaction history can only be filtered on automatic transfers, not manual.');
  }
  if (payout.reconciliation_status === 'completed') return;
  const message = `The balance transactions of payout ${id} are not known yet. Wait for payout.reconciliation_completed.`;
  throw invalidRequest(message, { code: 'payout_reconciliation_not_ready', param: 'payout' });
}
