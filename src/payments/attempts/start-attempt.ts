import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { PaymentProblems } from '../payments.problems.js';
import { PaymentStrategies, ProviderFailure, type Started } from '../ports/payment-strategy.js';
import { gatewayError } from '../resilience/gateway-error.js';
import { ApplyAttemptReport } from './apply-attempt-report.js';
import { type AttemptRow, toAttempt } from './attempts.js';
import { isOpen } from './session-states.js';

/** How long a webhook may take before a job asks. */
const FIRST_CHECK_SECONDS = 120;
/** Or a callback, while a buyer holds the phone that has rung. */
const FIRST_CHECK_OF_CHARGE_SECONDS = 15;

/**
 * Begins a session's attempt at its provider, outside any transaction. Dying before or after the call loses nothing: the attempt stands
 * committed, and the sweep finds out what the provider made of it.
 */
@Injectable()
export class StartAttempt {
  private readonly logger = new Logger(StartAttempt.name);

  constructor(
    private readonly strategies: PaymentStrategies,
    private readonly applyAttemptReport: ApplyAttemptReport,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws PaymentProblems.declined when a saved method or a phone is refused
   * @throws Problems.gateway when the provider refuses otherwise or cannot be reached
   */
  async execute(attempt: AttemptRow): Promise<void> {
    if (attempt.providerReference) return;
    // Refused for good the first time; a retry under the same key hears the same.
    if (attempt.sessionStatus === 'FAILED') throw this.refusal(attempt, attempt.failureReason);
    if (!isOpen(attempt.sessionStatus)) return;
    try {
      await this.record(attempt, await this.strategies.provider(attempt.provider).start(toAttempt(attempt)));
    } catch (error) {
      if (!(error instanceof ProviderFailure)) throw error;
      await this.fail(attempt, error);
      throw error.final ? this.refusal(attempt, error.code) : gatewayError(error);
    }
  }

  private async record(attempt: AttemptRow, { reference, redirectUrl, report }: Started): Promise<void> {
    await this.database.client.payment.updateMany({
      // A webhook may already have told us more. Of two that were begun at once, where that can be, the first to be heard is the one.
      where: {
        ...{ id: attempt.paymentId, status: { in: ['PENDING', 'UNKNOWN'] } },
        OR: [{ providerReference: null }, { providerReference: reference }],
      },
      data: {
        providerReference: reference,
        redirectUrl,
        status: 'PENDING',
        nextCheckAt: this.clock.in(attempt.charged ? FIRST_CHECK_OF_CHARGE_SECONDS : FIRST_CHECK_SECONDS),
      },
    });
    if (report) await this.applyAttemptReport.about(attempt, report);
  }

  private async fail(attempt: AttemptRow, failure: ProviderFailure): Promise<void> {
    this.logger.warn(
      { err: failure, payment: attempt.paymentId, final: failure.final },
      'the provider did not start the attempt',
    );
    if (failure.final) {
      await this.applyAttemptReport.about(attempt, { kind: 'attempt', outcome: 'failed', reason: failure.code });
      return;
    }
    await this.database.client.payment.updateMany({
      where: { id: attempt.paymentId, status: 'PENDING', providerReference: null },
      data: { status: 'UNKNOWN', failureReason: failure.code },
    });
  }

  /** Who is at no page is told here. */
  private refusal({ charged, provider }: AttemptRow, code: string | null): DomainError {
    const words = charged ? this.strategies.of(provider).inWords?.(code ?? '') : undefined;
    return words === undefined ? gatewayError() : new DomainError(PaymentProblems.declined, words);
  }
}
