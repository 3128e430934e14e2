import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { afterCommit, Database, type PaymentProvider, Prisma } from '../../platform/database/index.js';
import { backoffSeconds, type Due, Housekeep, LeasedRows, leasedRows, Sweep } from '../../platform/jobs/index.js';
import { PaymentStrategies } from '../ports/payment-strategy.js';
import { ApplyReport, type Reception } from './apply-report.js';

export const INBOX_SWEEP = 'payments.inbox';
/** So often is an event looked at whose money is not known; together, some hours. Its coming later still wakes the event. */
const LOOKS = 13;
const KEEP_BODY_DAYS = 90;
const ROWS = { name: 'provider_events', waiting: 'RECEIVED' } as const;

interface StoredEvent {
  provider: PaymentProvider;
  body: string;
  about: string | null;
}

/**
 * Acts on stored webhooks. The mark that says "done" is written in the transaction of the effect: a crash anywhere leaves the event
 * RECEIVED, and it is taken up again when its lease ends.
 */
@Injectable()
export class ProcessInbox {
  private readonly logger = new Logger(ProcessInbox.name);
  private readonly inbox: LeasedRows<StoredEvent>;

  constructor(
    private readonly database: Database,
    private readonly strategies: PaymentStrategies,
    private readonly applyReport: ApplyReport,
    private readonly clock: Clock,
  ) {
    this.inbox = new LeasedRows(database, clock, {
      ...ROWS,
      columns: Prisma.sql`provider, body, about`,
    });
  }

  @Sweep(INBOX_SWEEP, 500, leasedRows(ROWS))
  run(): Promise<number> {
    return this.inbox.work((event) => this.act(event));
  }

  /** Contends on the event's row: of two processes that hold it, the second finds it no longer RECEIVED. */
  private async act(event: Due & StoredEvent): Promise<void> {
    const { body, about } = event;
    const report = await this.strategies.provider(event.provider).interpret({ body, about: about ?? undefined });
    const { count } = await this.database.client.providerEvent.updateMany({
      where: { id: event.id, status: 'RECEIVED' },
      data: { status: report ? 'PROCESSED' : 'IGNORED', processedAt: this.clock.now(), lastError: null },
    });
    if (count === 0 || !report) return;
    const reception = await this.applyReport.execute(event.provider, report);
    if (reception !== 'applied') await this.putAside(event, event.provider, reception);
  }

  /**
   * A dispute or a refund can be heard of before the payment that it is about. It is looked at again with growing pauses, and at once when
   * the money that it waits for has come.
   */
  private async putAside(
    { id, tries }: Due,
    provider: PaymentProvider,
    reception: Exclude<Reception, 'applied'>,
  ): Promise<void> {
    const waitsFor = reception === 'not-ours' ? null : reception.waitsFor;
    const waits = waitsFor !== null && tries < LOOKS;
    await this.database.client.providerEvent.update({
      where: { id },
      data: waits
        ? { status: 'RECEIVED', processedAt: null, waitsFor, availableAt: this.clock.in(backoffSeconds(tries)) }
        : { status: 'UNMATCHED', waitsFor },
    });
    if (waits) return;
    const reason = waitsFor === null ? 'it names no payment of ours' : 'its money never came';
    const fields = { id, provider, waitsFor: waitsFor ?? undefined, reason };
    afterCommit(() => this.logger.warn(fields, 'a webhook is UNMATCHED: nothing of ours is known by it'));
  }

  @Housekeep('webhook-bodies')
  async removeBodies(): Promise<number> {
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
