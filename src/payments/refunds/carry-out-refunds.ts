import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { afterCommit, Database, type PaymentProvider, Prisma, Transactional } from '../../platform/database/index.js';
import { type Due, DueRows, pausesOf, Sweep, Sweeps, dueRows } from '../../platform/jobs/index.js';
import { Money } from '../../platform/money/index.js';
import { PaymentStrategies, ProviderFailure, type RefundReport } from '../ports/payment-strategy.js';
import { ApplyRefundReport } from './apply-refund-report.js';
import { ConcludeRefund } from './conclude-refund.js';
import { PaidPayments } from './paid-payments.js';

const BATCH = 10;
const PAUSE = { first: 5, longest: 3600 };
const NAME = 'payments.refunds';
const ROWS = { name: 'refunds', dueAt: 'next_try_at' };

interface DueRefund {
  paymentId: string;
  provider: PaymentProvider;
  transactionId: string;
  amount: bigint;
  currency: string;
  givenBack: bigint;
  onItsWay: bigint;
  providerRefundId: string | null;
}

/**
 * Gives back through the provider what stands committed as PENDING. Dying before or after the call loses nothing and doubles nothing:
 * the strategy makes the same order the same refund.
 */
@Injectable()
export class CarryOutRefunds {
  private readonly refunds: DueRows<DueRefund>;

  constructor(
    private readonly database: Database,
    private readonly strategies: PaymentStrategies,
    private readonly applyRefundReport: ApplyRefundReport,
    private readonly payments: PaidPayments,
    private readonly concludeRefund: ConcludeRefund,
    private readonly sweeps: Sweeps,
    private readonly clock: Clock,
  ) {
    const ofPayment = (column: string) =>
      Prisma.raw(`(SELECT ${column} FROM payments p WHERE p.id = refunds.payment_id)`);
    const ofOthers = (which: Prisma.Sql) => Prisma.sql`(
      SELECT coalesce(sum(other.amount), 0)::bigint FROM refunds other
      WHERE other.payment_id = refunds.payment_id AND other.transaction_id IS NOT DISTINCT FROM refunds.transaction_id
        AND other.id <> refunds.id AND other.destination = 'ORIGINAL' AND ${which})`;
    this.refunds = new DueRows(database, clock, {
      ...ROWS,
      tries: 'tries',
      // One at a time of a movement of money, as long as it is not known what came of it: not every provider tells one from the other.
      waiting: Prisma.sql`status = 'PENDING' AND NOT EXISTS (
        SELECT 1 FROM refunds earlier WHERE earlier.payment_id = refunds.payment_id AND earlier.id < refunds.id
          AND earlier.transaction_id IS NOT DISTINCT FROM refunds.transaction_id
          AND earlier.status = 'PENDING' AND earlier.provider_refund_id IS NULL)`,
      columns: Prisma.sql`payment_id AS "paymentId", amount, currency, provider_refund_id AS "providerRefundId",
        ${ofPayment('provider')} AS provider, coalesce(transaction_id, ${ofPayment('transaction_id')}) AS "transactionId",
        ${ofOthers(Prisma.sql`other.status = 'SUCCEEDED'`)} AS "givenBack",
        ${ofOthers(Prisma.sql`other.status = 'PENDING' AND other.provider_refund_id IS NOT NULL`)} AS "onItsWay"`,
      batch: BATCH,
      again: pausesOf('tries', PAUSE.first, PAUSE.longest),
    });
  }

  @Sweep(NAME, 1_000, dueRows({ ...ROWS, waiting: Prisma.sql`status = 'PENDING'` }))
  run(): Promise<number> {
    return this.refunds.work((refund) => this.attempt(refund));
  }

  /** One refund now, for the request that asked for it. When another of its payment is on its way, the sweep does it after that one. */
  async now(refundId: string): Promise<void> {
    const [refund] = await this.refunds.claim(refundId);
    if (refund) await this.refunds.attempt(refund, () => this.attempt(refund));
    else
      await this.database.client.refund.updateMany({
        where: { id: refundId, status: 'PENDING', tries: 0 },
        data: { nextTryAt: this.clock.now() },
      });
  }

  private async attempt(refund: Due & DueRefund): Promise<void> {
    try {
      await this.applyRefundReport.execute(refund.provider, await this.ask(refund));
    } catch (error) {
      if (!(error instanceof ProviderFailure && error.final)) throw error;
      await this.refuse(refund, error.code);
    }
  }

  private ask({ id, provider, currency, ...refund }: Due & DueRefund): Promise<RefundReport> {
    const { amount, givenBack, onItsWay, ...others } = refund;
    const money = (minor: bigint) => Money.of(minor, currency);
    const order = {
      ...{ refundId: id, ...others },
      ...{ amount: money(amount), givenBack: money(givenBack), onItsWay: money(onItsWay) },
    };
    return this.strategies.provider(provider).refund(order);
  }

  @Transactional()
  private async refuse({ id, paymentId }: Due & DueRefund, reason: string): Promise<void> {
    const payment = await this.payments.lock(paymentId);
    const refund = await this.database.client.refund.findUnique({ where: { id } });
    // Meanwhile the provider may have told of a refund that a person made there in place of ours, which is why it refused this one.
    if (!payment || refund?.status !== 'PENDING' || refund.providerRefundId !== null) return;
    await this.concludeRefund.execute(payment, refund, 'FAILED', reason);
  }

  wakeAfterCommit(): void {
    afterCommit(() => this.sweeps.wake(NAME));
  }
}
