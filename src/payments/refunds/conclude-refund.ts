import { Injectable, Logger } from '@nestjs/common';
import { type AccountRef, accounts, credit, debit, PostEntry, ReverseEntry } from '../../ledger/index.js';
import { Clock } from '../../platform/clock/index.js';
import { afterCommit, Database, type Prisma, Prisma as Sql, type RefundStatus } from '../../platform/database/index.js';
import { EventBus } from '../../platform/events/index.js';
import { Money } from '../../platform/money/index.js';
import { RefundFailed, RefundSettled } from '../payments.events.js';
import { PaymentStrategies } from '../ports/payment-strategy.js';
import { MoveStanding } from './move-standing.js';
import type { PaidPayment } from './paid-payments.js';
import { PutBack } from './put-back.js';

export type RefundRow = Prisma.RefundGetPayload<object>;

/** Where a refund may still go. A success may fail later: the buyer's bank sends it back. Failed is the end of it. */
const refundTransitions: Record<RefundStatus, readonly RefundStatus[]> = {
  PENDING: ['SUCCEEDED', 'FAILED', 'CANCELLED'],
  SUCCEEDED: ['FAILED', 'CANCELLED'],
  FAILED: [],
  CANCELLED: [],
};

/** Moves a refund to what has become of it, with its entries and what follows for the payment. */
@Injectable()
export class ConcludeRefund {
  private readonly logger = new Logger(ConcludeRefund.name);

  constructor(
    private readonly postEntry: PostEntry,
    private readonly reverseEntry: ReverseEntry,
    private readonly strategies: PaymentStrategies,
    private readonly moveStanding: MoveStanding,
    private readonly putBack: PutBack,
    private readonly events: EventBus,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** In the caller's transaction, which holds the payment's row. What does not lead on from where it is changes nothing. */
  async execute(payment: PaidPayment, refund: RefundRow, to: RefundStatus, failureReason?: string): Promise<void> {
    if (!refundTransitions[refund.status].includes(to)) return;
    const succeeded = to === 'SUCCEEDED';
    await this.database.client.refund.update({
      where: { id: refund.id },
      data: { status: to, settledAt: this.clock.now(), nextTryAt: null, failureReason: failureReason ?? null },
    });
    if (succeeded) await this.postDone(payment, refund);
    else {
      await this.takeBack(payment, refund);
      this.warn(refund, to, failureReason);
    }
    await this.moveStanding.execute(payment);
    const told = refund.status === 'SUCCEEDED' || refund.requestedBy === 'system';
    await this.events.publish(
      succeeded
        ? new RefundSettled(refund.id, payment.id, payment.userId)
        : new RefundFailed(refund.id, payment.id, payment.userId, told),
    );
  }

  private warn({ id, paymentId, transactionId }: RefundRow, status: RefundStatus, reason?: string): void {
    const fields = { refundId: id, paymentId, transactionId: transactionId ?? undefined, status, reason };
    const left = transactionId === null ? 'the sale stands again' : 'the money that fits nothing lies with us';
    afterCommit(() => this.logger.warn(fields, `a refund failed: ${left}`));
  }

  private async postDone(payment: PaidPayment, refund: RefundRow): Promise<void> {
    const amount = Money.of(refund.amount, refund.currency);
    await this.postEntry.execute({
      kind: 'refund.done',
      reference: `${refund.id}:done`,
      object: { type: 'payment', id: payment.id },
      actor: refund.requestedBy,
      legs: [debit(accounts.refundsPending, amount), credit(this.giver(payment, refund), amount)],
    });
  }

  private giver({ provider, userId }: PaidPayment, { destination }: RefundRow): AccountRef {
    return destination === 'WALLET' ? accounts.wallet(userId) : this.strategies.of(provider).funds(userId);
  }

  /** Entries in the order opposite to theirs, and the amount is free to be refunded again. */
  private async takeBack(payment: PaidPayment, refund: RefundRow): Promise<void> {
    for (const step of ['done', 'asked']) {
      const reference = `${refund.id}:${step}`;
      await this.reverseEntry.execute(reference, {
        kind: 'refund.failed',
        reference: `${reference}:failed`,
        actor: 'system',
      });
    }
    if (refund.transactionId !== null) return;
    await this.putBack.execute(payment, refund.amount, refund);
    await this.database.execute(Sql.sql`
      UPDATE payments SET refunded_amount = refunded_amount - ${refund.amount}::bigint WHERE id = ${refund.paymentId}`);
  }
}
