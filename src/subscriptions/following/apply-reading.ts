import { Injectable, Logger } from '@nestjs/common';
import { FollowPlan } from '../../enrollments/index.js';
import { Recognition } from '../../ledger/index.js';
import { type PaidInvoice, RecordInvoice, SUBSCRIPTION_KIND, type SubscriptionReading } from '../../payments/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Settings } from '../../platform/config/index.js';
import { Database, Prisma, Transactional } from '../../platform/database/index.js';
import { EventBus } from '../../platform/events/index.js';
import { Plans } from '../plans/plans.js';
import { SubscriptionPaid, SubscriptionRenewed } from '../subscriptions.events.js';
import { newsOf } from './news-of.js';
import { nextLook } from './next-look.js';
import { isOpenAt, type SubscriptionRow } from './standing.js';
import { canBecome, hasEnded, isRunning, statusOf } from './subscription-states.js';

const DAY_MS = 86_400_000;

/** Writes how a subscription stands at its provider: its money, its state, and what follows for whoever has it. */
@Injectable()
export class ApplyReading {
  private readonly logger = new Logger(ApplyReading.name);

  constructor(
    private readonly recordInvoice: RecordInvoice,
    private readonly recognition: Recognition,
    private readonly followPlan: FollowPlan,
    private readonly plans: Plans,
    private readonly database: Database,
    private readonly events: EventBus,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /**
   * Contends on the subscription's row, under the claim of who has read: a reading older than another look that was asked for is dropped,
   * and that look reads again.
   * @param held the condition of the claim
   * @returns false when the claim was lost
   */
  @Transactional()
  async execute(held: Prisma.Sql, reading: SubscriptionReading): Promise<boolean> {
    const locked = await this.database.row<{ id: string }>(
      Prisma.sql`SELECT id FROM subscriptions WHERE ${held} FOR UPDATE`,
    );
    if (!locked) return false;
    const before = await this.database.client.subscription.findUniqueOrThrow({ where: { id: locked.id } });
    await this.record(before, reading);
    const status = statusOf(reading);
    if (hasEnded(before.status)) return true;
    if (!canBecome(before.status, status)) {
      const { id, externalId } = before;
      this.logger.error({ id, externalId, from: before.status, to: status }, 'a subscription cannot have become this');
      await this.database.client.subscription.update({ where: { id }, data: { nextLookAt: null, tries: 0 } });
      return true;
    }
    const after = await this.write(before, reading);
    if (hasEnded(after.status)) await this.end(after);
    if (before.open !== after.open || (after.open && before.tier !== after.tier))
      await this.followPlan.execute(after.userId);
    for (const event of newsOf(before, after, this.clock.now())) await this.events.publish(event);
    return true;
  }

  /** The money that came, whatever became of the subscription. */
  private async record(row: SubscriptionRow, { invoices, ...reading }: SubscriptionReading): Promise<void> {
    const { id, userId, provider } = row;
    const title = this.plans.title({ tier: reading.plan, period: reading.period });
    const tax = { rate: row.taxRate, country: row.taxCountry, region: row.taxRegion };
    for (const invoice of invoices) {
      const recorded = await this.recordInvoice.execute({ provider, subscriptionId: id, userId, title, tax, invoice });
      if (!recorded) continue;
      const { paymentId } = recorded;
      await this.events.publish(
        isRenewal(invoice)
          ? new SubscriptionRenewed(id, userId, paymentId)
          : new SubscriptionPaid(id, userId, paymentId),
      );
    }
  }

  private async write(before: SubscriptionRow, reading: SubscriptionReading): Promise<SubscriptionRow> {
    const now = this.clock.now();
    const status = statusOf(reading);
    const { next } = reading;
    const after: SubscriptionRow = {
      ...before,
      ...{ status, tier: reading.plan, period: reading.period, updatedAt: now, tries: 0 },
      ...{ externalId: reading.externalId, price: reading.price.minor, currency: reading.price.currency },
      title: this.plans.title({ tier: reading.plan, period: reading.period }),
      ...{ periodStart: reading.periodStart, periodEnd: reading.periodEnd, trialEndsAt: reading.trialEndsAt },
      cancelAtPeriodEnd: reading.cancelAtPeriodEnd && !hasEnded(status),
      ...{ nextTier: next?.plan ?? null, nextPeriod: next?.period ?? null },
      nextTitle: next && this.plans.title({ tier: next.plan, period: next.period }),
      ...this.dunning(before, reading, now),
      endedAt: hasEnded(status) ? (before.endedAt ?? reading.endedAt ?? now) : null,
      ...(hasEnded(status) && { suspendedBy: null, ending: false, redirectUrl: null }),
      ...(isRunning(status) && { redirectUrl: null }),
    };
    const open = isOpenAt(now, after);
    const data = { ...after, open, nextLookAt: nextLook(now, { ...after, open }) };
    // A change that is under way holds on to these; they are not of the reading.
    const { changingUntil: _until, changes: _changes, ...written } = data;
    return this.database.client.subscription.update({ where: { id: before.id }, data: written });
  }

  /** What the provider has given up collecting gives nothing any more, however long the grace is. */
  private dunning(before: SubscriptionRow, reading: SubscriptionReading, now: Date) {
    const { unpaid } = reading;
    if (statusOf(reading) !== 'PAST_DUE')
      return { pastDueSince: null, graceEndsAt: null, attempts: 0, nextAttemptAt: null, payUrl: null };
    const since = before.pastDueSince ?? unpaid?.since ?? now;
    const grace = before.graceEndsAt ?? new Date(since.getTime() + this.settings.SUBSCRIPTION_GRACE_DAYS * DAY_MS);
    return {
      pastDueSince: since,
      graceEndsAt: reading.status === 'UNPAID' && grace > now ? now : grace,
      attempts: unpaid?.attempts ?? before.attempts,
      nextAttemptAt: unpaid?.nextAttemptAt ?? null,
      payUrl: unpaid?.payUrl ?? null,
    };
  }

  /** What is paid for and not delivered will not be: it is earned. */
  private async end({ id, endedAt }: SubscriptionRow): Promise<void> {
    const payments = await this.database.rows<{ id: string }>(Prisma.sql`
      SELECT p.id FROM payments p JOIN payment_sessions s ON s.id = p.session_id
      WHERE s.item_kind = ${SUBSCRIPTION_KIND} AND s.item_id = ${id}`);
    await this.recognition.end(
      payments.map((payment) => payment.id),
      endedAt ?? this.clock.now(),
    );
  }
}

function isRenewal({ isFirst, lines }: PaidInvoice): boolean {
  return !isFirst && !lines.some(({ isProration }) => isProration);
}
