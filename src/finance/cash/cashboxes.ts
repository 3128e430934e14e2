import { accounts } from '../../ledger/index.js';
import { idPrefixes } from '../../platform/ids/index.js';

/*
 * A cashbox is a view, no table: each branch has one, and its id is the branch's under another prefix. The money in it is the branch's
 * account `asset:cash:{branch}`, one per currency.
 */

/** Codes of the accounts of drawers begin so; the branch's id follows. */
export const DRAWER_PREFIX = accounts.cash('').code;

/** `brn_…` → `cbx_…` */
export function cashboxIdOf(branchId: string): string {
  return `${idPrefixes.cashbox}${branchId.slice(idPrefixes.branch.length)}`;
}

/** `cbx_…` → `brn_…`; undefined for what is no cashbox's id. */
export function branchIdOf(cashboxId: string): string | undefined {
  const prefix = `${idPrefixes.cashbox}_`;
  return cashboxId.startsWith(prefix) ? `${idPrefixes.branch}_${cashboxId.slice(prefix.length)}` : undefined;
}
