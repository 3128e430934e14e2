import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma } from '../../platform/database/index.js';
import { Sweep } from '../../platform/jobs/index.js';
import { type AttemptReport, PaymentStrategies } from '../ports/payment-strategy.js';
import { ApplyAttemptReport } from './apply-attempt-report.js';
import { Attempts, type AttemptRow, toAttempt } from './attempts.js';

const BATCH = 10;
/** Far longer than a call with all its tries. */
const UNHEARD_CHARGE_SECONDS = 60;
/** Seconds between looks. An attempt whose start was never answered is urgent: its buyer waits for somewhere to pay. */
const UNHEARD = { first: 5, longest: 60 };
/** One that was begun will be reported by webhook; this is for the webhook that never comes. */
const HEARD = { first: 120, longest: 3600 };

/**
 * Asks the provider about attempts that nothing was heard of: the answer to the start was lost, or a webhook never came. Asked again
 * with growing pauses until the attempt is settled one way or the other. One whose session's time is over is ended, at the provider too.
 */
@Injectable()
export class ResolveAttempts {
  private readonly logger = new Logger(ResolveAttempts.name);

  constructor(
    private readonly database: Database,
    private readonly attempts: Attempts,
    private readonly strategies: PaymentStrategies,
    private readonly applyAttemptReport: ApplyAttemptReport,
    private readonly clock: Clock,
  ) {}

  @Sweep('payments.resolve-attempts', 1_000)
  async run(): Promise<number> {
    const due = await this.claim();
    await Promise.all(due.map(({ id }) => this.attempt(id)));
    return due.length;
  }

  private async attempt(id: string): Promise<void> {
    try {
      await this.resolve(id);
    } catch (error) {
      this.logger.warn({ err: error, payment: id }, 'could not resolve an attempt; it will be asked about again');
    }
  }

  /** The next check is also the lease: moved forward before asking, so that no other process asks meanwhile. */
  private claim(): Promise<{ id: string }[]> {
    const now = this.clock.now();
    return this.database.rows<{ id: string }>(Prisma.sql`
      UPDATE payments p SET checks = checks + 1,
        next_check_at = least(CASE WHEN s.expires_at > ${now} THEN s.expires_at END, ${now}::timestamptz + interval '1 second' * CASE
          WHEN provider_reference IS NULL THEN least(${UNHEARD.longest}::int, ${UNHEARD.first}::int * 2 ^ least(checks, 20))
          ELSE least(${HEARD.longest}::int, ${HEARD.first}::int * 2 ^ least(checks, 20)) END)
      FROM payment_sessions s
      WHERE s.id = p.session_id AND p.id IN (
        SELECT id FROM payments WHERE next_check_at <= ${now} ORDER BY next_check_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
      )
      RETURNING p.id`);
  }

  private async resolve(paymentId: string): Promise<void> {
    const attempt = await this.attempts.ofPayment(paymentId);
    if (!attempt) return;
    const provider = this.strategies.provider(attempt.provider);
    const expired = attempt.expiresAt <= this.clock.now();
    const report = await (expired ? provider.cancel(toAttempt(attempt)) : provider.lookUp(toAttempt(attempt)));
    if (!report) {
      if (this.neverCharged(attempt)) await this.applyAttemptReport.execute(attempt.provider, neverStarted(paymentId));
      return;
    }
    // What is on its way to be paid may still come; everything else ends with the session.
    const ended = expired && report.outcome !== 'paid' && report.outcome !== 'processing';
    await this.applyAttemptReport.execute(attempt.provider, {
      ...report,
      paymentId,
      ...(ended && { outcome: 'expired', reason: report.reason ?? 'expired' }),
    });
  }

  /** A charge of a saved method that its provider has not heard of by now never will be made, and must not keep the buyer from another. */
  private neverCharged({ methodId, createdAt }: AttemptRow): boolean {
    return methodId !== null && createdAt <= this.clock.in(-UNHEARD_CHARGE_SECONDS);
  }
}

function neverStarted(paymentId: string): AttemptReport {
  return { kind: 'attempt', outcome: 'failed', paymentId, reason: 'never_started' };
}
