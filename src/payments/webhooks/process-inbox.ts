import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, inTransaction, type PaymentProvider, Prisma } from '../../platform/database/index.js';
import { backoffSeconds, Housekeeping, type Sweep, Sweeps } from '../../platform/jobs/index.js';
import { ApplyReport } from '../checkout/apply-report.js';
import { PaymentStrategies } from '../ports/payment-strategy.js';

export const INBOX_SWEEP = 'payments.inbox';
const BATCH = 20;
const LEASE_SECONDS = 5;
const ATTEMPTS = 12;
const KEEP_BODY_DAYS = 90;

interface Claimed {
  id: string;
  provider: PaymentProvider;
  body: string;
  attempts: number;
}

/**
 * Acts on stored webhooks. The mark that says "done" is written in the transaction of the effect: a crash anywhere leaves the event
 * RECEIVED, and it is taken up again when its lease ends.
 */
@Injectable()
export class ProcessInbox implements Sweep, OnModuleInit {
  readonly name = INBOX_SWEEP;
  readonly everyMs = 500;
  private readonly logger = new Logger(ProcessInbox.name);

  constructor(
    private readonly database: Database,
    private readonly strategies: PaymentStrategies,
    private readonly applyReport: ApplyReport,
    private readonly sweeps: Sweeps,
    private readonly housekeeping: Housekeeping,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.sweeps.register(this);
    this.housekeeping.register('webhook-bodies', () => this.removeBodies());
  }

  async run(): Promise<number> {
    const claimed = await this.claim();
    await Promise.all(claimed.map((event) => this.attempt(event)));
    return claimed.length;
  }

  private claim(): Promise<Claimed[]> {
    return this.database.rows<Claimed>(Prisma.sql`
      UPDATE provider_events SET available_at = ${this.clock.in(LEASE_SECONDS)}, attempts = attempts + 1
      WHERE id IN (
        SELECT id FROM provider_events WHERE status = 'RECEIVED' AND available_at <= ${this.clock.now()}
        ORDER BY available_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
      )
      RETURNING id, provider, body, attempts`);
  }

  private async attempt(event: Claimed): Promise<void> {
    try {
      await inTransaction(() => this.act(event));
    } catch (error) {
      const dead = event.attempts >= ATTEMPTS;
      this.logger.error({ err: error, event: event.id, attempts: event.attempts, dead }, 'webhook processing failed');
      await this.database.client.providerEvent.updateMany({
        where: { id: event.id, status: 'RECEIVED' },
        data: {
          status: dead ? 'DEAD' : 'RECEIVED',
          lastError: String(error).slice(0, 2000),
          availableAt: this.clock.in(backoffSeconds(event.attempts)),
        },
      });
    }
  }

  /** Contends on the event's row: of two processes that hold it, the second finds it no longer RECEIVED. */
  private async act(event: Claimed): Promise<void> {
    const report = this.strategies.provider(event.provider).interpret(event.body);
    const { count } = await this.database.client.providerEvent.updateMany({
      where: { id: event.id, status: 'RECEIVED' },
      data: { status: report ? 'PROCESSED' : 'IGNORED', processedAt: this.clock.now(), lastError: null },
    });
    if (count === 0 || !report) return;
    const ours = await this.applyReport.execute(event.provider, report);
    if (!ours)
      await this.database.client.providerEvent.update({ where: { id: event.id }, data: { status: 'UNMATCHED' } });
  }

  private async removeBodies(): Promise<number> {
    const { count } = await this.database.client.providerEvent.updateMany({
      where: {
        body: { not: null },
        receivedAt: { lt: this.clock.in(-KEEP_BODY_DAYS * 86_400) },
        status: { notIn: ['RECEIVED', 'DEAD'] },
      },
      data: { body: null },
    });
    return count;
  }
}
