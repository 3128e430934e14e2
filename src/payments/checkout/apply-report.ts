import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import {
  Database,
  type PaymentProvider,
  type PaymentSessionStatus,
  Transactional,
} from '../../platform/database/index.js';
import { Money } from '../../platform/money/index.js';
import type { ProviderReport } from '../ports/payment-strategy.js';
import { Attempts, type AttemptRow } from './attempts.js';
import { BookUnapplied } from './book-unapplied.js';
import { isOpen, paymentStatusOf, sessionTransitions } from './session-states.js';
import { SettlePayment } from './settle-payment.js';

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
    private readonly settlePayment: SettlePayment,
    private readonly bookUnapplied: BookUnapplied,
    private readonly database: Database,
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
    await this.attempts.conclude(attempt, {
      sessionStatus: to,
      paymentStatus: paymentStatusOf[to],
      failureReason: report.reason ?? null,
      providerReference: report.reference ?? null,
      transactionId: null,
      buyerCountry: null,
      received: null,
      at: this.clock.now(),
    });
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
    const expected = received.equals(Money.of(attempt.total, attempt.currency));
    const refusal = expected ? (await this.settlePayment.execute(attempt))?.code : 'AMOUNT_MISMATCH';
    if (refusal) await this.bookUnapplied.execute(attempt, received, transactionId, refusal);
    const to: PaymentSessionStatus = refusal ? 'FAILED' : 'COMPLETED';
    await this.attempts.conclude(attempt, {
      sessionStatus: to,
      paymentStatus: 'COMPLETED',
      failureReason: refusal ?? null,
      providerReference: report.reference ?? null,
      transactionId,
      buyerCountry: report.buyerCountry ?? null,
      received: expected ? null : received,
      at: this.clock.now(),
    });
  }
}
