import type Stripe from 'stripe';
import type { Account } from '../account.js';
import { newId } from '../ids.js';
import { wholePeriod } from './charging-for-time.js';
import { changeSubscription } from './changed.js';
import { endSubscription } from './ending.js';
import type { InvoiceOrder } from './invoice-object.js';
import { draftOf, keepInvoice } from './invoicing.js';
import { boundaryAfter, intervalOf } from './periods.js';
import type { Subscription } from './records.js';
import { afterPhase } from './phases.js';
import { itemOf, periodOf, withItem } from './subscription-object.js';

const draftSeconds = 60 * 60;

/** A period has ended: the subscription ends with it, or the next begins, with an invoice that is a draft for an hour. */
export function endPeriod(account: Account, subscription: Subscription): void {
  if (subscription.cancel_at_period_end) {
    endSubscription(account, subscription, {});
    return;
  }
  const after = renewed(subscription);
  // What nobody pays any more is not collected by itself.
  const finalizesAt = subscription.status === 'unpaid' ? null : account.now() + draftSeconds;
  const invoice = keepInvoice(account, renewal(account, subscription, after, finalizesAt));
  account.record('invoice.created', invoice);
  changeSubscription(account, subscription.id, { ...after, latest_invoice: invoice.id });
}

/** Told a week before: the next invoice as it stands, without an id. */
export function tellUpcoming(account: Account, subscription: Subscription): void {
  const next = afterPhase(account, subscription);
  const { id: _, ...upcoming } = upcomingInvoice(account, next);
  account.record('invoice.upcoming', upcoming);
}

/** The next invoice of a subscription as it stands. */
export function upcomingInvoice(
  account: Account,
  subscription: Subscription,
  more: Stripe.InvoiceLineItem[] = [],
): Stripe.Invoice {
  const { end } = periodOf(subscription);
  const order = renewal(account, subscription, renewed(subscription), end + draftSeconds);
  const draft = draftOf(account, { ...order, lines: [...more, ...order.lines], reason: 'upcoming' });
  return { ...draft, id: newId('upcoming_invoice'), created: end };
}

function renewed(subscription: Subscription): Subscription {
  const { end: start } = periodOf(subscription);
  const end = boundaryAfter(subscription.billing_cycle_anchor, intervalOf(itemOf(subscription).price), start);
  const begun = withItem(subscription, { period: { start, end } });
  return subscription.status === 'trialing' ? { ...begun, status: 'active' } : begun;
}

function renewal(
  account: Account,
  before: Subscription,
  after: Subscription,
  finalizesAt: number | null,
): InvoiceOrder {
  const lines = [wholePeriod(account, after, periodOf(after))];
  return { subscription: after, lines, reason: 'subscription_cycle', period: periodOf(before), finalizesAt };
}
