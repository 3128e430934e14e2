import { Injectable } from '@nestjs/common';
import { Money } from '../platform/money/index.js';
import { type AccountRef, accounts } from './accounts.js';
import { LockAccount } from './lock-account.js';
import { debit, type Leg } from './post-entry.js';

/**
 * The debit that takes back what an account was once credited. An owner's balance gives what it has; what it cannot bear is owed by the
 * owner from then on, and their transfers and payouts stop until that is settled.
 */
@Injectable()
export class BearReversal {
  constructor(private readonly lockAccount: LockAccount) {}

  /** In the caller's transaction; contends on the account's row, which stays locked until it ends. */
  async execute(account: AccountRef, amount: Money): Promise<Leg[]> {
    if (account.floor === undefined || amount.minor <= 0n) return [debit(account, amount)];
    if (account.ownerId === undefined) throw new Error(`${account.code} has a floor and no owner`);
    const available = await this.lockAccount.execute(account, amount.currency);
    const bearable = available < amount.minor ? available : amount.minor;
    const borne = Money.of(bearable > 0n ? bearable : 0n, amount.currency);
    return [debit(account, borne), debit(accounts.receivable(account.ownerId), amount.minus(borne))];
  }
}
