import { Injectable } from '@nestjs/common';
import type Stripe from 'stripe';
import { ProviderFailure } from '../../ports/payment-strategy.js';
import type { SubscriptionReading } from '../../ports/subscription-biller.js';
import { StripeClient } from '../stripe-client.js';
import { fromStripeAmount } from '../stripe-money.js';
import { dateOf, dateOrNull, intelligible, must } from './intelligible.js';
import { paidInvoices, StripeInvoices, unpaidOf, type WholeInvoice } from './stripe-invoices.js';
import { periodOf, planOf } from './stripe-prices.js';
import { plannedBy } from './stripe-schedules.js';

const statuses: Readonly<Record<string, SubscriptionReading['status']>> = {
  trialing: 'TRIALING',
  active: 'ACTIVE',
  past_due: 'PAST_DUE',
  unpaid: 'UNPAID',
  // Its trial is over and nobody has given a card.
  paused: 'UNPAID',
  canceled: 'CANCELED',
  incomplete_expired: 'CANCELED',
};
/** It ended, and nobody had asked for that. */
const unpaidReasons = new Set<string | null | undefined>(['payment_failed', 'payment_disputed']);

/** How a subscription stands at Stripe. What changes between the calls is told by an event, and read again. */
@Injectable()
export class StripeReadings {
  constructor(
    private readonly stripe: StripeClient,
    private readonly invoices: StripeInvoices,
  ) {}

  async read(externalId: string): Promise<SubscriptionReading | undefined> {
    const found = await this.find(externalId);
    if (!found) return undefined;
    const invoices = await this.invoices.of(externalId);
    return intelligible(() => readingOf(found, invoices));
  }

  /** With its schedule. Undefined when Stripe knows nothing of it. */
  async find(externalId: string): Promise<Stripe.Subscription | undefined> {
    const found = await this.stripe.find((api) => api.subscriptions.retrieve(externalId, { expand: ['schedule'] }));
    if (found && found.object !== 'subscription') throw new ProviderFailure(false, 'unintelligible_answer');
    return found;
  }

  /** One that must be there. */
  async get(externalId: string): Promise<Stripe.Subscription> {
    const found = await this.find(externalId);
    if (!found) throw new ProviderFailure(true, 'resource_missing');
    return found;
  }
}

/** A subscription of ours has one item: its plan. */
export function itemOf(subscription: Stripe.Subscription): Stripe.SubscriptionItem {
  return must(subscription.items.data[0]);
}

function readingOf(found: Stripe.Subscription, invoices: readonly WholeInvoice[]): SubscriptionReading {
  // Its first payment is being made; until then nothing is begun.
  if (found.status === 'incomplete') throw new ProviderFailure(false, 'subscription_incomplete');
  const item = itemOf(found);
  const expired = found.status === 'incomplete_expired';
  return {
    externalId: found.id,
    subscriptionId: must(found.metadata.subscriptionId),
    status: must(statuses[found.status]),
    plan: planOf(item.price.product),
    period: must(periodOf(item.price)),
    price: must(fromStripeAmount(item.price.unit_amount, item.price.currency)),
    next: nextOf(found, item),
    periodStart: dateOf(item.current_period_start),
    periodEnd: dateOf(item.current_period_end),
    trialEndsAt: dateOrNull(found.trial_end),
    cancelAtPeriodEnd: found.cancel_at_period_end,
    endedAt: dateOrNull(found.ended_at),
    endedUnpaid: expired || (found.status === 'canceled' && unpaidReasons.has(found.cancellation_details?.reason)),
    unpaid: unpaidOf(invoices),
    invoices: paidInvoices(invoices),
  };
}

/** What it changes to; what it has changed to already is none. */
function nextOf({ schedule }: Stripe.Subscription, { price }: Stripe.SubscriptionItem): SubscriptionReading['next'] {
  const planned = plannedBy(schedule);
  if (!planned) return null;
  const { plan, period } = planned;
  return plan === planOf(price.product) && period === periodOf(price) ? null : { plan, period };
}
