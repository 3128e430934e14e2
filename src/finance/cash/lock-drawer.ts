import { Injectable } from '@nestjs/common';
import { accounts, LockAccount } from '../../ledger/index.js';
import { Settings } from '../../platform/config/index.js';
import { Database, Prisma } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { CashProblems } from './cash.problems.js';

/**
 * Locks a branch's drawer in one currency until the caller's transaction ends. Whoever posts into a drawer holds the row of its account
 * (it is strict), so while it is locked nobody else moves it. The account of a drawer that never had money is not there to be locked: an
 * advisory lock stands for its row, which the first posting takes too (`ClosedDays.checkPosted`).
 */
@Injectable()
export class LockDrawer {
  constructor(
    private readonly lockAccount: LockAccount,
    private readonly database: Database,
    private readonly settings: Settings,
  ) {}

  /**
   * @returns what is in it, minor units
   * @throws CashProblems.currencyNotOffered, unless there is a drawer of it already
   */
  async execute(branchId: string, currency: string): Promise<bigint> {
    const drawer = accounts.cash(branchId);
    const balance = await this.lockAccount.execute(drawer, currency);
    if (balance > 0n) return balance;
    // 0 is an empty drawer, which is locked now, or one that was not there to be locked, and may be by now.
    if (!(await this.isOpen(drawer.code, currency))) {
      if (!this.settings.CURRENCIES.includes(currency)) throw new DomainError(CashProblems.currencyNotOffered);
      await this.unopened(branchId, currency);
    }
    return this.lockAccount.execute(drawer, currency);
  }

  /** Locks what stands for a drawer that nobody has opened yet. */
  async unopened(branchId: string, currency: string): Promise<void> {
    const name = `${accounts.cash(branchId).code} ${currency}`;
    await this.database.execute(Prisma.sql`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`);
  }

  private async isOpen(code: string, currency: string): Promise<boolean> {
    const where = { code_currency: { code, currency } };
    return (await this.database.client.ledgerAccount.findUnique({ where, select: { id: true } })) !== null;
  }
}
