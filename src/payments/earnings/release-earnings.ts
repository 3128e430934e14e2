import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma, Transactional } from '../../platform/database/index.js';
import { type Due, DueRows, leaseOf, Sweep, dueRows } from '../../platform/jobs/index.js';
import { PaidPayments } from '../refunds/paid-payments.js';
import { earningColumns, Earnings } from './earnings.js';

const BATCH = 50;
const LEASE_SECONDS = 60;
const ROWS = { name: 'earnings', dueAt: 'due_at' };

/** Gives payees their share of sales whose hold period is over. */
@Injectable()
export class ReleaseEarnings {
  private readonly due: DueRows<{ paymentId: string }>;

  constructor(
    private readonly database: Database,
    private readonly earnings: Earnings,
    private readonly payments: PaidPayments,
    clock: Clock,
  ) {
    this.due = new DueRows(database, clock, {
      ...ROWS,
      tries: 'tries',
      columns: Prisma.sql`payment_id AS "paymentId"`,
      batch: BATCH,
      again: leaseOf(LEASE_SECONDS),
    });
  }

  @Sweep('payments.earnings', 2_000, dueRows(ROWS))
  run(): Promise<number> {
    return this.due.work((row) => this.release(row));
  }

  /** Contends on the payment's row, as refunds and disputes do: what one of these has changed since is no longer this claim's. */
  @Transactional()
  private async release(row: Due & { paymentId: string }): Promise<void> {
    await this.payments.lock(row.paymentId);
    const earning = await this.database.row<Parameters<Earnings['release']>[0]>(
      Prisma.sql`SELECT ${earningColumns} FROM earnings WHERE ${this.due.held(row)} FOR UPDATE`,
    );
    if (earning && earning.pending > 0n) await this.earnings.release(earning);
  }
}
