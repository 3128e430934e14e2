import { Injectable } from '@nestjs/common';
import { mayActFor, type Principal } from '../../platform/auth/index.js';
import { invalidTransition, notFound } from '../../platform/errors/index.js';
import { ApplyAttemptReport } from '../attempts/apply-attempt-report.js';
import { Attempts, type AttemptRow, toAttempt } from '../attempts/attempts.js';
import { isOpen } from '../attempts/session-states.js';
import { type AttemptReport, PaymentStrategies, ProviderFailure } from '../ports/payment-strategy.js';
import { gatewayError } from '../resilience/gateway-error.js';

/** Ends an unpaid session before its time: at the provider first, so that nobody can pay what we hold for cancelled. */
@Injectable()
export class CancelSession {
  constructor(
    private readonly attempts: Attempts,
    private readonly strategies: PaymentStrategies,
    private readonly applyAttemptReport: ApplyAttemptReport,
  ) {}

  /**
   * A session that is cancelled already stays so.
   * @throws Problems.transition when it has come to something else, perhaps just now at the provider
   * @throws Problems.gateway when the provider cannot be asked; then nothing has changed
   */
  async execute(sessionId: string, principal: Principal): Promise<void> {
    const attempt = await this.attempts.ofSession(sessionId);
    if (!attempt || !mayActFor(principal, attempt.userId)) throw notFound('Payment session');
    if (attempt.sessionStatus === 'CANCELED') return;
    if (!isOpen(attempt.sessionStatus)) throw invalidTransition(attempt.sessionStatus, 'CANCELED');
    const report = await this.askProvider(attempt);
    const stillPaying = report.outcome === 'paid' || report.outcome === 'processing';
    await this.applyAttemptReport.about(
      attempt,
      stillPaying
        ? report
        : { ...report, outcome: 'cancelled', reason: 'cancelled', undecided: report.outcome === 'open' },
    );
    const now = await this.attempts.ofSession(sessionId);
    if (now && now.sessionStatus !== 'CANCELED') throw invalidTransition(now.sessionStatus, 'CANCELED');
  }

  private async askProvider(attempt: AttemptRow): Promise<AttemptReport> {
    try {
      return await this.strategies.provider(attempt.provider).cancel(toAttempt(attempt));
    } catch (error) {
      throw error instanceof ProviderFailure ? gatewayError(error) : error;
    }
  }
}
