import type Stripe from 'stripe';
import type { Account } from '../account.js';
import { idOf } from '../ids.js';
import { formatAmount } from '../money.js';
import { describe, newLine, share } from './lines.js';
import { intervalOf, type Period } from './periods.js';
import type { Subscription } from './records.js';
import { itemOf, periodOf } from './subscription-object.js';

/** A whole period at its price, paid in advance. */
export function wholePeriod(account: Account, subscription: Subscription, period: Period): Stripe.InvoiceLineItem {
  const { price } = itemOf(subscription);
  const { quantity } = subscription;
  const description = describe.whole(nameOf(account, price), quantity, shownPrice(price));
  const amount = (price.unit_amount ?? 0) * quantity;
  return newLine({ subscription, price, quantity, amount, description, period, proration: false });
}

/** The time of a trial, which costs nothing. */
export function trialPeriod(account: Account, subscription: Subscription): Stripe.InvoiceLineItem {
  const { price } = itemOf(subscription);
  const { quantity } = subscription;
  const description = describe.trial(nameOf(account, price), quantity);
  const period = periodOf(subscription);
  return newLine({ subscription, price, quantity, amount: 0, description, period, proration: false });
}

/** The time after `from` that was paid for and is given up: the share of its price that is left of the period, to the second. */
export function unusedTime(account: Account, subscription: Subscription, from: number): Stripe.InvoiceLineItem {
  const { price } = itemOf(subscription);
  const { quantity } = subscription;
  const period = periodOf(subscription);
  return newLine({
    subscription,
    price,
    quantity,
    amount: -share((price.unit_amount ?? 0) * quantity, period.end - from, period.end - period.start) || 0,
    description: describe.unused(nameOf(account, price), quantity, from),
    period: { start: from, end: period.end },
    proration: true,
    credited: creditedBy(account, subscription, price),
  });
}

/** What the rest of the period costs at another price. */
export function remainingTime(account: Account, subscription: Subscription, from: number): Stripe.InvoiceLineItem {
  const { price } = itemOf(subscription);
  const { quantity } = subscription;
  const period = periodOf(subscription);
  return newLine({
    subscription,
    price,
    quantity,
    amount: share((price.unit_amount ?? 0) * quantity, period.end - from, period.end - period.start),
    description: describe.remaining(nameOf(account, price), quantity, from),
    period: { start: from, end: period.end },
    proration: true,
  });
}

/** The latest line that this time was paid by. */
function creditedBy(
  { store }: Account,
  { latest_invoice: latest }: Subscription,
  price: Stripe.Price,
): { invoice: string; lines: string[] } | undefined {
  const invoice = store.invoices.find(idOf(latest));
  const lines = invoice?.lines.data.filter(
    (line) => line.pricing?.price_details?.price === price.id && line.amount > 0,
  );
  return invoice && lines && lines.length > 0 ? { invoice: invoice.id, lines: lines.map(({ id }) => id) } : undefined;
}

function nameOf({ store }: Account, price: Stripe.Price): string {
  return store.products.find(idOf(price.product))?.name ?? price.id;
}

/** `$20.00 / month`, `$50.00 / 3 months`. */
export function shownPrice(price: Stripe.Price): string {
  const { interval, interval_count: count } = intervalOf(price);
  const every = count === 1 ? interval : `${count} ${interval}s`;
  return `${formatAmount(price.unit_amount ?? 0, price.currency)} / ${every}`;
}
