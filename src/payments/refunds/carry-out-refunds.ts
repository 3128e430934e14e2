import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { afterCommit, Database, type PaymentProvider, Prisma, Transactional } from '../../platform/database/index.js';
import { Sweep, Sweeps } from '../../platform/jobs/index.js';
import { Money } from '../../platform/money/index.js';
import { PaymentStrategies, ProviderFailure, type RefundOrder, type RefundReport } from '../ports/payment-strategy.js';
import { ApplyRefundReport } from './apply-refund-report.js';
import { ConcludeRefund } from './conclude-refund.js';
import { PaidPayments } from './paid-payments.js';

const BATCH = 10;
const PAUSE = { first: 5, longest: 3600 };
/** A provider answers a key as it did the first time, failures too; when it knows nothing of a refund after so many tries, it is asked anew. */
const TRIES_PER_KEY = 4;
const NAME = 'payments.refunds';

interface DueRefund {
  id: string;
  paymentId: string;
  provider: PaymentProvider;
  transactionId: string;
  amount: bigint;
  currency: string;
  tries: number;
}

/**
 * Gives back through the provider what stands committed as PENDING. Dying before or after the call loses nothing and doubles nothing:
 * the provider is asked what it knows of the refund before it is asked for again.
 */
@Injectable()
export class CarryOutRefunds {
  private readonly logger = new Logger(CarryOutRefunds.name);

  constructor(
    private readonly database: Database,
    private readonly strategies: PaymentStrategies,
    private readonly applyRefundReport: ApplyRefundReport,
    private readonly payments: PaidPayments,
    private readonly concludeRefund: ConcludeRefund,
    private readonly sweeps: Sweeps,
    private readonly clock: Clock,
  ) {}

  @Sweep(NAME, 1_000)
  async run(): Promise<number> {
    const due = await this.claim();
    await Promise.all(due.map((refund) => this.attempt(refund)));
    return due.length;
  }

  /** One refund now, for the request that asked for it; the sweep is told that it need not. */
  async now(refundId: string): Promise<void> {
    for (const refund of await this.claim(refundId)) await this.attempt(refund);
  }

  /** Contends on the refund's row: the next try is also the lease, moved forward before the provider is called. */
  private claim(refundId?: string): Promise<DueRefund[]> {
    const now = this.clock.now();
    const due =
      refundId === undefined
        ? Prisma.sql`next_try_at <= ${now}`
        : Prisma.sql`id = ${refundId} AND next_try_at <= ${now}`;
    return this.database.rows<DueRefund>(Prisma.sql`
      UPDATE refunds r SET tries = tries + 1,
        next_try_at = ${now}::timestamptz + interval '1 second' * least(${PAUSE.longest}::int, ${PAUSE.first}::int * 2 ^ least(tries, 20))
      FROM payments p
      WHERE p.id = r.payment_id AND r.id IN (
        SELECT id FROM refunds WHERE ${due} AND status = 'PENDING' ORDER BY next_try_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
      )
      RETURNING r.id, r.payment_id AS "paymentId", p.provider, coalesce(r.transaction_id, p.transaction_id) AS "transactionId",
        r.amount, r.currency, r.tries`);
  }

  private async attempt(refund: DueRefund): Promise<void> {
    try {
      await this.applyRefundReport.execute(refund.provider, await this.ask(refund));
    } catch (error) {
      if (error instanceof ProviderFailure && error.final) await this.refuse(refund, error.code);
      else this.logger.warn({ err: error, refund: refund.id }, 'a refund is not through yet; it will be tried again');
    }
  }

  private async ask(refund: DueRefund): Promise<RefundReport> {
    const provider = this.strategies.provider(refund.provider);
    const order: RefundOrder = {
      refundId: refund.id,
      idempotencyKey: `bursar-${refund.id}-${Math.ceil(refund.tries / TRIES_PER_KEY)}`,
      paymentId: refund.paymentId,
      transactionId: refund.transactionId,
      amount: Money.of(refund.amount, refund.currency),
    };
    if (refund.tries === 1) return provider.refund(order);
    const known = await provider.refundsOf(order.transactionId);
    return known.find(({ refundId }) => refundId === refund.id) ?? provider.refund(order);
  }

  @Transactional()
  private async refuse({ id, paymentId }: DueRefund, reason: string): Promise<void> {
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
