import type Stripe from 'stripe';
import type { SubscriptionReport } from '../../ports/payment-strategy.js';
import { idOf } from '../stripe-money.js';

/**
 * Events about subscriptions, their invoices and schedules. They come in any order, and what they carry is as old as they are: all that is
 * taken from them is which one to look at.
 */
export function reportOfBilling(event: Stripe.Event): SubscriptionReport | undefined {
  switch (event.type) {
    case 'customer.subscription.created':
    case 'customer.subscription.updated':
    case 'customer.subscription.deleted':
    case 'customer.subscription.paused':
    case 'customer.subscription.resumed':
    case 'customer.subscription.trial_will_end':
    case 'customer.subscription.pending_update_applied':
    case 'customer.subscription.pending_update_expired':
      return reportOf(event.data.object.id, event.data.object.metadata);
    case 'invoice.created':
    case 'invoice.finalized':
    case 'invoice.finalization_failed':
    case 'invoice.paid':
    case 'invoice.payment_succeeded':
    case 'invoice.payment_failed':
    case 'invoice.payment_action_required':
    case 'invoice.updated':
    case 'invoice.voided':
    case 'invoice.marked_uncollectible':
    case 'invoice.overdue':
      return reportOfInvoice(event.data.object);
    case 'subscription_schedule.created':
    case 'subscription_schedule.updated':
    case 'subscription_schedule.released':
    case 'subscription_schedule.canceled':
    case 'subscription_schedule.completed':
    case 'subscription_schedule.aborted':
      return reportOf(idOf(event.data.object.subscription) ?? event.data.object.released_subscription);
    default:
      return undefined;
  }
}

/** A page on which a subscription is begun: it may have come to nothing, and then there is none to name. */
export function reportOfBegun({ subscription, metadata }: Stripe.Checkout.Session): SubscriptionReport | undefined {
  return reportOf(idOf(subscription), metadata);
}

/** An invoice names its subscription in its parent. One that somebody wrote by hand has none. */
function reportOfInvoice({ parent }: Stripe.Invoice): SubscriptionReport | undefined {
  const about = parent?.subscription_details;
  return about ? reportOf(idOf(about.subscription), about.metadata) : undefined;
}

function reportOf(externalId?: string | null, metadata?: Stripe.Metadata | null): SubscriptionReport | undefined {
  const subscriptionId = metadata?.subscriptionId;
  if (!externalId && !subscriptionId) return undefined;
  return { kind: 'subscription', externalId: externalId ?? undefined, subscriptionId };
}
