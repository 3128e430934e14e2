import type { Account } from './account.js';

/** What the holder of a connected account has had paid out from there. */
export interface ConnectedWithdrawal {
  id: string;
  account: string;
  amount: number;
  currency: string;
}

/** What is left there of what was transferred, in the currency of the transfers. */
export function connectedFunds(account: Account, accountId: string, currency: string): number {
  const { connectedWithdrawals, transfers } = account.store;
  const received = transfers
    .filter((transfer) => transfer.destination === accountId && transfer.currency === currency)
    .reduce((sum, { amount, amount_reversed: back }) => sum + amount - back, 0);
  return connectedWithdrawals
    .filter((withdrawal) => withdrawal.account === accountId && withdrawal.currency === currency)
    .reduce((left, { amount }) => left - amount, received);
}

/** The holder's bank has it: a transfer can only be reversed as far as something comes in later. */
export function withdraw(account: Account, accountId: string, currency: string, amount: number): void {
  const { connectedWithdrawals } = account.store;
  const left = connectedFunds(account, accountId, currency);
  if (!Number.isInteger(amount) || amount < 1 || amount > left) {
    throw new Error(`Account ${accountId} has ${left} ${currency}: ${amount} cannot be paid out from there.`);
  }
  const id = `${accountId}-${connectedWithdrawals.all().length}`;
  connectedWithdrawals.put({ id, account: accountId, amount, currency });
}
