import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database } from '../../platform/database/index.js';
import { DomainError, Problems } from '../../platform/errors/index.js';
import { PaymentStrategies, ProviderFailure } from '../ports/payment-strategy.js';
import { ApplyReport } from './apply-report.js';
import { type AttemptRow, toAttempt } from './attempts.js';
import { isOpen } from './session-states.js';

/** How long a webhook may take before a job asks. */
const FIRST_CHECK_SECONDS = 120;

/**
 * Begins a session's attempt at its provider, outside any transaction. Dying before or after the call loses nothing: the attempt stands
 * committed, and the sweep finds out what the provider made of it.
 */
@Injectable()
export class StartAttempt {
  private readonly logger = new Logger(StartAttempt.name);

  constructor(
    private readonly strategies: PaymentStrategies,
    private readonly applyReport: ApplyReport,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @throws Problems.gateway when the provider refuses or cannot be reached */
  async execute(attempt: AttemptRow): Promise<void> {
    if (attempt.providerReference) return;
    // Refused for good the first time; a retry under the same key hears the same.
    if (attempt.sessionStatus === 'FAILED') throw new DomainError(Problems.gateway);
    if (!isOpen(attempt.sessionStatus)) return;
    try {
      const { reference, redirectUrl } = await this.strategies.provider(attempt.provider).start(toAttempt(attempt));
      await this.database.client.payment.updateMany({
        // A webhook may already have told us more.
        where: { id: attempt.paymentId, status: { in: ['PENDING', 'UNKNOWN'] } },
        data: {
          providerReference: reference,
          redirectUrl,
          status: 'PENDING',
          nextCheckAt: this.clock.in(FIRST_CHECK_SECONDS),
        },
      });
    } catch (error) {
      if (!(error instanceof ProviderFailure)) throw error;
      await this.fail(attempt, error);
      throw new DomainError(Problems.gateway);
    }
  }

  private async fail(attempt: AttemptRow, failure: ProviderFailure): Promise<void> {
    this.logger.warn(
      { err: failure, payment: attempt.paymentId, final: failure.final },
      'the provider did not start the attempt',
    );
    if (failure.final) {
      await this.applyReport.execute(attempt.provider, {
        outcome: 'failed',
        paymentId: attempt.paymentId,
        reason: failure.code,
      });
      return;
    }
    await this.database.client.payment.updateMany({
      where: { id: attempt.paymentId, status: 'PENDING', providerReference: null },
      data: { status: 'UNKNOWN', failureReason: failure.code },
    });
  }
}
