import { Injectable } from '@nestjs/common';
import { ReturnCoupon } from '../../coupons/index.js';
import { Database, type PaymentProvider, Transactional } from '../../platform/database/index.js';
import { Money } from '../../platform/money/index.js';
import { type AttemptReport, PaymentStrategies } from '../ports/payment-strategy.js';
import { Attempts, type AttemptRow } from './attempts.js';
import { BookUnapplied } from './book-unapplied.js';
import { isOpen, isSettled, sessionTransitions } from './session-states.js';
import { SettlePayment } from './settle-payment.js';

/**
 * Acts on what a provider says about an attempt, wherever it was heard. One transaction: the session's state, what was bought, the
 * ledger and the events stand or fall together. Any order and any number of the same reports end in the same state.
 */
@Injectable()
export class ApplyAttemptReport {
  constructor(
    private readonly attempts: Attempts,
    private readonly settlePayment: SettlePayment,
    private readonly bookUnapplied: BookUnapplied,
    private readonly returnCoupon: ReturnCoupon,
    private readonly strategies: PaymentStrategies,
    private readonly database: Database,
  ) {}

  /** For a report of what we have asked about: the provider may not know our id for it. */
  async about({ provider, paymentId }: AttemptRow, report: AttemptReport): Promise<void> {
    await this.execute(provider, { ...report, paymentId });
  }

  /** @returns false when the report is about no payment of ours */
  @Transactional()
  async execute(provider: PaymentProvider, report: AttemptReport): Promise<boolean> {
    const attempt = await this.attempts.lock(provider, report);
    if (!attempt) return false;
    const foreign = report.reference && attempt.providerReference && report.reference !== attempt.providerReference;
    if (report.outcome === 'paid') await this.settle(attempt, report, foreign ? 'OTHER_CHECKOUT' : undefined);
    // Another checkout that names our payment says nothing about the one that the buyer is at.
    else if (foreign) return false;
    else if (report.outcome === 'open') await this.remember(attempt, report);
    else await this.move(attempt, report);
    return true;
  }

  /** Keeps the handle of an attempt whose answer was never heard. */
  private async remember(attempt: AttemptRow, { reference, redirectUrl }: AttemptReport): Promise<void> {
    if (attempt.providerReference || !isOpen(attempt.sessionStatus)) return;
    await this.database.client.payment.update({
      where: { id: attempt.paymentId },
      data: { providerReference: reference, redirectUrl, status: 'PENDING' },
    });
  }

  private async move(attempt: AttemptRow, report: AttemptReport): Promise<void> {
    const to = sessionTransitions[attempt.sessionStatus][report.outcome];
    if (!to || isSettled(attempt.paymentStatus)) {
      if (!isOpen(attempt.sessionStatus) && !report.undecided) await this.attempts.askNoMore(attempt.paymentId);
      return;
    }
    await this.attempts.conclude(attempt, {
      sessionStatus: to,
      failureReason: report.reason,
      providerReference: report.reference,
      undecided: report.undecided,
    });
    if (attempt.couponCode && !isOpen(to)) await this.returnCoupon.execute(attempt.sessionId, 'unpaid');
  }

  /**
   * Money has come. It is applied once, by the first movement of the right amount, whatever came before it; every other movement fits
   * nothing and goes back. Each is known by its own id, so that the order in which they are heard does not matter.
   */
  private async settle(attempt: AttemptRow, report: AttemptReport, misfit?: string): Promise<void> {
    const { received, transactionId } = report;
    if (!received || !transactionId)
      throw new Error(`a paid report for ${attempt.paymentId} lacks its amount or transaction`);
    const right = received.equals(Money.of(attempt.total, attempt.currency));
    // "Paid" of nothing is no money: there is nothing to book or to give back.
    if (!right && received.minor <= 0n) {
      return misfit ? undefined : this.move(attempt, { ...report, outcome: 'failed', reason: 'AMOUNT_MISMATCH' });
    }
    if (attempt.sessionStatus === 'COMPLETED' && attempt.transactionId === transactionId) {
      await this.complete(attempt, report);
      return;
    }
    if (attempt.unapplied) return this.attempts.askNoMore(attempt.paymentId);
    const unfit =
      misfit ??
      (right ? undefined : 'AMOUNT_MISMATCH') ??
      (attempt.sessionStatus === 'COMPLETED' ? 'PAID_TWICE' : undefined);
    const settled = unfit ? undefined : await this.settlePayment.execute(attempt);
    const refusal = unfit ?? settled?.refusal?.code;
    if (refusal) await this.bookUnapplied.execute(attempt, received, transactionId, refusal);
    // What was sold stays sold, and what another checkout brought says nothing about this one.
    if (attempt.sessionStatus === 'COMPLETED' || misfit) return;
    await this.attempts.conclude(attempt, {
      sessionStatus: refusal ? 'FAILED' : 'COMPLETED',
      failureReason: refusal,
      providerReference: report.reference,
      paid: {
        transactionId,
        receipt: report.receipt,
        buyerCountry: report.buyerCountry,
        misfit: right ? undefined : received,
        movementsFollow: this.strategies.hasAccount(attempt.provider),
        earned: settled?.earned,
      },
    });
  }

  /** The checkout's own event may come after its intent's, and a receipt after the news: what only it knows is still kept. */
  private async complete({ paymentId, providerReference }: AttemptRow, report: AttemptReport): Promise<void> {
    const { reference, buyerCountry, receipt } = report;
    if (!reference) return this.attempts.askNoMore(paymentId);
    const unknown = [{ providerReference: null }, { buyerCountry: null }, ...(receipt ? [{ receipt: null }] : [])];
    await this.database.client.payment.updateMany({
      where: { id: paymentId, OR: [...unknown, { nextCheckAt: { not: null } }] },
      data: { providerReference: providerReference ?? reference, buyerCountry, receipt, nextCheckAt: null },
    });
  }
}
