import { Injectable } from '@nestjs/common';
import { accounts } from '../../ledger/index.js';
import { Database } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { CashProblems } from './cash.problems.js';
import { LockDrawer } from './lock-drawer.js';

/**
 * A closed day stays closed. Contends on the drawer's account: who closes a day holds its lock (`LockDrawer`) from before the count until
 * the closing is committed, and who moves the drawer holds it too. So the question is asked only after that lock is taken, in the same
 * transaction: what is not closed then cannot be closed before this transaction ends.
 */
@Injectable()
export class ClosedDays {
  constructor(
    private readonly database: Database,
    private readonly lockDrawer: LockDrawer,
  ) {}

  /**
   * The drawer is locked by the caller. Closing a day closes all before it.
   * @throws CashProblems.dayClosed
   */
  async check(branchId: string, currency: string, day: string): Promise<void> {
    const closing = await this.database.client.cashCount.findFirst({
      where: { branchId, currency, closedDay: true, day: { gte: day } },
      select: { id: true },
    });
    if (closing) throw new DomainError(CashProblems.dayClosed);
  }

  /**
   * The caller's transaction has posted into the drawer, which locked its account; the first posting of all has opened that account, and
   * nobody could lock it before.
   * @throws CashProblems.dayClosed, which takes the posting back
   */
  async checkPosted(branchId: string, currency: string, day: string): Promise<void> {
    const account = await this.database.client.ledgerAccount.findUnique({
      where: { code_currency: { code: accounts.cash(branchId).code, currency } },
      select: { sequence: true },
    });
    if (account?.sequence === 1n) await this.lockDrawer.unopened(branchId, currency);
    await this.check(branchId, currency, day);
  }
}
