import type Stripe from 'stripe';
import type { Account } from '../account.js';
import { invalidRequest } from '../errors.js';
import { remainingTime, unusedTime, wholePeriod } from './charging-for-time.js';
import { changeSubscription } from './changed.js';
import { checkPays, collect, methodOf } from './collecting.js';
import type { InvoiceOrder } from './invoice-object.js';
import { draftOf, finalize, keepInvoice } from './invoicing.js';
import { boundaryAfter, intervalOf, sameInterval } from './periods.js';
import type { Subscription } from './records.js';
import { nothingToPayWith, type PaymentBehaviour } from './subscribing.js';
import { itemOf, periodOf, withItem } from './subscription-object.js';

export type Prorations = 'always_invoice' | 'create_prorations' | 'none';

export interface ChangeWish {
  price?: Stripe.Price;
  quantity?: number;
  prorations: Prorations;
  /** The moment that prorations are reckoned from; now unless told. */
  prorationDate?: number;
  trialEnd?: number | 'now';
  /** The period begins anew, now. */
  resets?: boolean;
}

/** What a change makes of a subscription, and what it costs. */
export interface Change {
  after: Subscription;
  lines: Stripe.InvoiceLineItem[];
  /** At once; otherwise the lines wait for the next invoice. */
  billsNow: boolean;
}

/** Works a change out and does nothing, so that its preview and the real thing cannot differ. */
export function workOut(account: Account, subscription: Subscription, wish: ChangeWish): Change {
  const { prorations, trialEnd } = wish;
  const now = account.now();
  const item = itemOf(subscription);
  const { price = item.price, quantity = subscription.quantity } = wish;
  checkCurrency(subscription, price);
  const from = prorationMoment(subscription, wish.prorationDate ?? now, wish.prorationDate !== undefined);
  const swapped = withItem(subscription, { price, quantity });
  const endsTrial = subscription.status === 'trialing' && trialEnd === 'now';
  if (subscription.status === 'trialing' && !endsTrial) return unbilled(withTrialEnd(swapped, trialEnd));
  const becomesDear = item.price.unit_amount === 0 && price.unit_amount !== 0;
  const otherRhythm = !sameInterval(intervalOf(item.price), intervalOf(price));
  if (endsTrial || wish.resets || otherRhythm || becomesDear) {
    const period = { start: now, end: boundaryAfter(now, intervalOf(price), now) };
    const begun = { ...withItem(swapped, { period }), billing_cycle_anchor: now };
    const after = endsTrial ? { ...begun, status: 'active' as const, trial_end: now } : begun;
    const gives =
      !endsTrial && prorations !== 'none' && from < periodOf(subscription).end && item.price.unit_amount !== 0;
    const credit = gives ? [unusedTime(account, subscription, from)] : [];
    return { after, lines: [...credit, wholePeriod(account, after, period)], billsNow: true };
  }
  const same = price.id === item.price.id && quantity === subscription.quantity;
  if (same || prorations === 'none') return unbilled(swapped);
  const lines = [unusedTime(account, subscription, from), remainingTime(account, swapped, from)];
  return { after: swapped, lines, billsNow: prorations === 'always_invoice' };
}

/** Changes it, and charges what is due. Under `error_if_incomplete` a card that would not pay changes nothing. */
export function change(
  account: Account,
  subscription: Subscription,
  wish: ChangeWish,
  how: {
    also?: Partial<Subscription>;
    behaviour: PaymentBehaviour;
    offSession: boolean;
    request?: Stripe.Event.Request;
  },
): Subscription {
  const { id } = subscription;
  const { request, behaviour } = how;
  const { after, lines, billsNow } = workOut(account, { ...subscription, ...how.also }, wish);
  const order = updateInvoice(account, after, lines);
  const bills = billsNow && lines.length > 0;
  if (bills && behaviour === 'error_if_incomplete' && draftOf(account, order).amount_due > 0) {
    const method = methodOf(account, after);
    if (!method) throw nothingToPayWith();
    checkPays(account, method, how.offSession);
  }
  const invoice = bills ? keepInvoice(account, order) : undefined;
  if (!bills) for (const line of lines) account.store.pendingLines.put(pending(id, line));
  changeSubscription(account, id, { ...after, ...(invoice && { latest_invoice: invoice.id }) }, request);
  if (invoice) {
    account.record('invoice.created', invoice, { request });
    finalize(account, invoice.id, { request });
    if (behaviour !== 'default_incomplete') collect(account, invoice.id, { request });
  }
  return account.store.subscriptions.get(id);
}

/** The invoice of a change that is billed at once. */
export function updateInvoice(
  account: Account,
  subscription: Subscription,
  lines: Stripe.InvoiceLineItem[],
): InvoiceOrder {
  const period = { start: account.now(), end: account.now() };
  return { subscription, lines, reason: 'subscription_update', period, finalizesAt: null };
}

function unbilled(after: Subscription): Change {
  return { after, lines: [], billsNow: false };
}

/** The trial's end is where the first period that is paid for begins. */
function withTrialEnd(subscription: Subscription, end: number | 'now' | undefined): Subscription {
  if (typeof end !== 'number') return subscription;
  const period = { ...periodOf(subscription), end };
  return { ...withItem(subscription, { period }), billing_cycle_anchor: end, trial_end: end };
}

function prorationMoment(subscription: Subscription, moment: number, given: boolean): number {
  const { start, end } = periodOf(subscription);
  if (moment >= start && moment <= end) return moment;
  if (!given) return Math.min(Math.max(moment, start), end);
  const message = 'Cannot specify proration date outside of current subscription period';
  throw invalidRequest(message, { param: 'proration_date' });
}

function checkCurrency({ currency }: Subscription, price: Stripe.Price): void {
  if (price.currency === currency) return;
  const message = `The price specified only supports \`${price.currency}\`. This doesn't match the expected currency: \`${currency}\`.`;
  throw invalidRequest(message, { param: 'items[0][price]' });
}

function pending(
  subscription: string,
  line: Stripe.InvoiceLineItem,
): { id: string; subscription: string; line: Stripe.InvoiceLineItem } {
  return { id: line.parent?.subscription_item_details?.invoice_item ?? line.id, subscription, line };
}
