import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import {
  Database,
  type PaymentProvider,
  type PaymentSessionStatus,
  Transactional,
} from '../../platform/database/index.js';
import { EventBus } from '../../platform/events/index.js';
import { Money } from '../../platform/money/index.js';
import { PaymentCompleted } from '../payments.events.js';
import type { ProviderReport } from '../ports/payment-strategy.js';
import { Purchasables } from '../ports/purchasable.js';
import { Attempts, type AttemptRow } from './attempts.js';
import { BookUnapplied } from './book-unapplied.js';
import { PostSale } from './post-sale.js';
import { isOpen, paymentStatusOf, sessionTransitions } from './session-states.js';

/** Payments whose money is already in the books. */
const settled = new Set<AttemptRow['paymentStatus']>(['COMPLETED', 'PARTIALLY_REFUNDED', 'REFUNDED', 'DISPUTED']);

/**
 * Acts on what a provider says, wherever it was heard. One transaction: the session's state, what was bought, the ledger and the events
 * stand or fall together. Any order and any number of the same reports end in the same state.
 */
@Injectable()
export class ApplyReport {
  constructor(
    private readonly attempts: Attempts,
    private readonly purchasables: Purchasables,
    private readonly postSale: PostSale,
    private readonly bookUnapplied: BookUnapplied,
    private readonly database: Database,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /** @returns false when the report is about no payment of ours */
  @Transactional()
  async execute(provider: PaymentProvider, report: ProviderReport): Promise<boolean> {
    const attempt = await this.attempts.lock(provider, report);
    if (!attempt) return false;
    if (report.outcome === 'open') await this.remember(attempt, report);
    else if (report.outcome === 'paid') await this.settle(attempt, report);
    else await this.move(attempt, report);
    return true;
  }

  /** Keeps the handle of an attempt whose answer was never heard. */
  private async remember(attempt: AttemptRow, { reference, redirectUrl }: ProviderReport): Promise<void> {
    if (attempt.providerReference || !isOpen(attempt.sessionStatus)) return;
    await this.database.client.payment.update({
      where: { id: attempt.paymentId },
      data: { providerReference: reference, redirectUrl, status: 'PENDING' },
    });
  }

  private async move(attempt: AttemptRow, report: ProviderReport): Promise<void> {
    const to = sessionTransitions[attempt.sessionStatus][report.outcome];
    if (!to || settled.has(attempt.paymentStatus)) return;
    await this.conclude(attempt, to, report, report.reason);
  }

  private async settle(attempt: AttemptRow, report: ProviderReport): Promise<void> {
    const { received, transactionId } = report;
    if (!received || !transactionId)
      throw new Error(`a paid report for ${attempt.paymentId} lacks its amount or transaction`);
    if (settled.has(attempt.paymentStatus)) {
      // The same movement heard again is nothing; another one is money twice.
      if (attempt.transactionId !== transactionId)
        await this.bookUnapplied.execute(attempt, received, transactionId, 'PAID_TWICE');
      return;
    }
    const refusal = received.equals(Money.of(attempt.total, attempt.currency))
      ? await this.fulfil(attempt)
      : 'AMOUNT_MISMATCH';
    if (refusal) {
      await this.bookUnapplied.execute(attempt, received, transactionId, refusal);
      await this.conclude(attempt, 'FAILED', report, refusal);
      return;
    }
    await this.postSale.execute(attempt);
    await this.conclude(attempt, 'COMPLETED', report);
    await this.events.publish(
      new PaymentCompleted(attempt.paymentId, attempt.sessionId, attempt.userId, attempt.itemKind, attempt.itemId),
    );
  }

  /** @returns why what was bought can no longer be given, if so */
  private async fulfil(attempt: AttemptRow): Promise<string | undefined> {
    const money = (minor: bigint) => Money.of(minor, attempt.currency);
    const fulfilment = await this.purchasables.of(attempt.itemKind).fulfil({
      id: attempt.sessionId,
      userId: attempt.userId,
      itemId: attempt.itemId,
      listPrice: money(attempt.amount),
      discount: money(attempt.discountAmount),
      paid: money(attempt.total),
    });
    return fulfilment.fulfilled ? undefined : fulfilment.reason;
  }

  private async conclude(
    attempt: AttemptRow,
    to: PaymentSessionStatus,
    report: ProviderReport,
    failureReason?: string,
  ): Promise<void> {
    const paid = report.outcome === 'paid';
    const now = this.clock.now();
    const received =
      report.received && !report.received.equals(Money.of(attempt.total, attempt.currency))
        ? report.received
        : undefined;
    await this.database.client.payment.update({
      where: { id: attempt.paymentId },
      data: {
        status: paid ? 'COMPLETED' : paymentStatusOf[to],
        providerReference: attempt.providerReference ?? report.reference,
        failureReason: failureReason ?? null,
        ...(paid && { transactionId: report.transactionId, completedAt: now }),
        ...(received && { receivedAmount: received.minor, receivedCurrency: received.currency }),
        ...(!isOpen(to) && { nextCheckAt: null, redirectUrl: null }),
      },
    });
    await this.database.client.paymentSession.update({
      where: { id: attempt.sessionId },
      data: { status: to, failureReason: failureReason ?? null, ...(to === 'COMPLETED' && { completedAt: now }) },
    });
  }
}
