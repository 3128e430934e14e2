import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, type PaymentProvider, Prisma } from '../../platform/database/index.js';
import { Housekeeping, LeasedRows, type Sweep, Sweeps } from '../../platform/jobs/index.js';
import { ApplyReport } from '../checkout/apply-report.js';
import { PaymentStrategies } from '../ports/payment-strategy.js';

export const INBOX_SWEEP = 'payments.inbox';
const KEEP_BODY_DAYS = 90;

interface StoredEvent {
  id: string;
  attempts: number;
  provider: PaymentProvider;
  body: string;
}

/**
 * Acts on stored webhooks. The mark that says "done" is written in the transaction of the effect: a crash anywhere leaves the event
 * RECEIVED, and it is taken up again when its lease ends.
 */
@Injectable()
export class ProcessInbox implements Sweep, OnModuleInit {
  readonly name = INBOX_SWEEP;
  readonly everyMs = 500;
  private readonly inbox: LeasedRows<StoredEvent>;

  constructor(
    private readonly database: Database,
    private readonly strategies: PaymentStrategies,
    private readonly applyReport: ApplyReport,
    private readonly sweeps: Sweeps,
    private readonly housekeeping: Housekeeping,
    private readonly clock: Clock,
  ) {
    this.inbox = new LeasedRows(database, clock, {
      name: 'provider_events',
      waiting: 'RECEIVED',
      columns: Prisma.sql`provider, body`,
    });
  }

  onModuleInit(): void {
    this.sweeps.register(this);
    this.housekeeping.register('webhook-bodies', () => this.removeBodies());
  }

  run(): Promise<number> {
    return this.inbox.work((event) => this.act(event));
  }

  /** Contends on the event's row: of two processes that hold it, the second finds it no longer RECEIVED. */
  private async act(event: StoredEvent): Promise<void> {
    const report = this.strategies.provider(event.provider).interpret(event.body);
    const { count } = await this.database.client.providerEvent.updateMany({
      where: { id: event.id, status: 'RECEIVED' },
      data: { status: report ? 'PROCESSED' : 'IGNORED', processedAt: this.clock.now(), lastError: null },
    });
    if (count === 0 || !report) return;
    const ours = await this.applyReport.execute(event.provider, report);
    if (!ours) {
      await this.database.client.providerEvent.update({ where: { id: event.id }, data: { status: 'UNMATCHED' } });
    }
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
