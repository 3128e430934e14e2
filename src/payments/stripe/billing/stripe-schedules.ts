import { Injectable } from '@nestjs/common';
import type Stripe from 'stripe';
import type { BillingPeriod } from '../../../platform/database/index.js';
import { StripeClient } from '../stripe-client.js';
import { must } from './intelligible.js';
import { intervalOf } from './stripe-prices.js';

/** What a schedule of ours changes a subscription to when its period ends. */
export interface Planned {
  readonly plan: string;
  readonly period: BillingPeriod;
  /** Stripe's id of the price. */
  readonly price: string;
  /** Of the order that wished it. */
  readonly key: string;
}

type Schedule = Stripe.Subscription['schedule'];

/** Changes at the end of a period: a schedule of two phases, the one that runs and the next, after which it lets go of the subscription. */
@Injectable()
export class StripeSchedules {
  constructor(private readonly stripe: StripeClient) {}

  /**
   * Instead of what stood to happen. The same order again is the same schedule, also when it was left half done: made by one call, and told
   * what to do by another, as Stripe wants it.
   */
  async plan(found: Stripe.Subscription, item: Stripe.SubscriptionItem, next: Planned): Promise<void> {
    const standing = standingOf(found.schedule);
    const earlier = standing && plannedBy(standing);
    if (earlier?.key === next.key) return;
    if (earlier) await this.letGo(standing);
    const schedule = standing && !earlier ? standing : await this.create(found.id, next.key);
    const rates = (found.default_tax_rates ?? []).map(({ id }) => id);
    const common = rates.length > 0 ? { default_tax_rates: rates } : {};
    await this.stripe.call('subscription_schedule', (api) =>
      api.subscriptionSchedules.update(schedule.id, {
        end_behavior: 'release',
        proration_behavior: 'none',
        metadata: { plan: next.plan, period: next.period, price: next.price, key: next.key },
        phases: [
          {
            ...common,
            items: [{ price: item.price.id, quantity: 1 }],
            start_date: must(schedule.phases[0]).start_date,
            end_date: item.current_period_end,
            proration_behavior: 'none',
          },
          {
            ...common,
            items: [{ price: next.price, quantity: 1 }],
            duration: { interval: intervalOf(next.period), interval_count: 1 },
            proration_behavior: 'none',
          },
        ],
      }),
    );
  }

  /** Drops what stands to happen. @returns what that was */
  async drop({ schedule }: Stripe.Subscription): Promise<Planned | undefined> {
    const standing = standingOf(schedule);
    if (!standing) return undefined;
    await this.letGo(standing);
    return plannedBy(standing);
  }

  private create(subscription: string, key: string): Promise<Stripe.SubscriptionSchedule> {
    return this.stripe.call('subscription_schedule', (api) =>
      api.subscriptionSchedules.create(
        { from_subscription: subscription },
        { idempotencyKey: `bursar-${key}-schedule` },
      ),
    );
  }

  private async letGo({ id }: Stripe.SubscriptionSchedule): Promise<void> {
    await this.stripe.call('subscription_schedule', (api) => api.subscriptionSchedules.release(id));
  }
}

/** One that still holds its subscription. */
function standingOf(schedule: Schedule): Stripe.SubscriptionSchedule | undefined {
  if (typeof schedule === 'string' || !schedule) return undefined;
  return schedule.status === 'active' || schedule.status === 'not_started' ? schedule : undefined;
}

export function plannedBy(schedule: Schedule): Planned | undefined {
  const { plan, period, price, key } = standingOf(schedule)?.metadata ?? {};
  if (!plan || !price || !key || (period !== 'MONTH' && period !== 'YEAR')) return undefined;
  return { plan, period, price, key };
}
