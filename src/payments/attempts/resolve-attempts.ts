import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma } from '../../platform/database/index.js';
import { DueRows, pausesOf, Sweep, dueRows } from '../../platform/jobs/index.js';
import { type AttemptReport, PaymentStrategies } from '../ports/payment-strategy.js';
import { ApplyAttemptReport } from './apply-attempt-report.js';
import { Attempts, type AttemptRow, toAttempt } from './attempts.js';
import { isOpen } from './session-states.js';

export const ATTEMPTS_SWEEP = 'payments.resolve-attempts';
const BATCH = 10;
const neverStarted: AttemptReport = { kind: 'attempt', outcome: 'failed', reason: 'never_started' };
/** Far longer than a call with all its tries. */
const UNHEARD_CHARGE_SECONDS = 60;
/** Seconds between looks. An attempt whose start was never answered is urgent: its buyer waits for somewhere to pay. */
const UNHEARD = { first: 5, longest: 60 };
/** One that was begun will be reported by webhook; this is for the webhook that never comes. */
const HEARD = { first: 120, longest: 3600 };
/** Nobody lets a phone ring for long, and its owner waits. */
const CHARGED = { first: 15, longest: 3600 };
/** What the provider still calls open after so long never will be paid; what it says is on its way will, or not. */
const WATCH_SECONDS = 24 * 3600;
const ROWS = { name: 'payments', dueAt: 'next_check_at' };

/**
 * Asks the provider about attempts that nothing was heard of: the answer to the start was lost, or a webhook never came. Asked again
 * with growing pauses until the attempt is settled one way or the other. One whose session's time is over is ended, at the provider too.
 */
@Injectable()
export class ResolveAttempts {
  private readonly due: DueRows;

  constructor(
    database: Database,
    private readonly attempts: Attempts,
    private readonly strategies: PaymentStrategies,
    private readonly applyAttemptReport: ApplyAttemptReport,
    private readonly clock: Clock,
  ) {
    const unheard = pausesOf('checks', UNHEARD.first, UNHEARD.longest);
    const heard = pausesOf('checks', HEARD.first, HEARD.longest);
    const charged = pausesOf('checks', CHARGED.first, CHARGED.longest);
    // At the end of its session at the latest.
    const expiry = Prisma.sql`(SELECT expires_at FROM payment_sessions s WHERE s.id = payments.session_id)`;
    this.due = new DueRows(database, clock, {
      ...ROWS,
      tries: 'checks',
      batch: BATCH,
      again: (now) => Prisma.sql`least(CASE WHEN ${expiry} > ${now} THEN ${expiry} END,
        CASE WHEN provider_reference IS NULL THEN ${unheard(now)} WHEN redirect_url IS NULL THEN ${charged(now)} ELSE ${heard(now)} END)`,
    });
  }

  @Sweep(ATTEMPTS_SWEEP, 1_000, dueRows(ROWS))
  run(): Promise<number> {
    return this.due.work(({ id }) => this.resolve(id));
  }

  private async resolve(paymentId: string): Promise<void> {
    const attempt = await this.attempts.ofPayment(paymentId);
    if (!attempt) return;
    const provider = this.strategies.provider(attempt.provider);
    const expired = attempt.expiresAt <= this.clock.now();
    const report = await (expired ? provider.cancel(toAttempt(attempt)) : provider.lookUp(toAttempt(attempt)));
    if (!report) {
      if (this.neverCharged(attempt)) await this.applyAttemptReport.about(attempt, neverStarted);
      return;
    }
    const { outcome } = report;
    if (!isOpen(attempt.sessionStatus) && (outcome === 'open' || outcome === 'processing')) {
      const over = attempt.expiresAt <= this.clock.in(-WATCH_SECONDS);
      if (over && outcome === 'open') await this.attempts.askNoMore(paymentId);
      return;
    }
    // What is on its way to be paid may still come; everything else ends with the session.
    const ended = expired && outcome !== 'paid' && outcome !== 'processing';
    await this.applyAttemptReport.about(attempt, {
      ...report,
      ...(ended && { outcome: 'expired', reason: report.reason ?? 'expired', undecided: outcome === 'open' }),
    });
  }

  /** A charge that its provider has not heard of by now never will be made, and must not keep the buyer from another. */
  private neverCharged({ charged, createdAt }: AttemptRow): boolean {
    return charged && createdAt <= this.clock.in(-UNHEARD_CHARGE_SECONDS);
  }
}
