import type Stripe from 'stripe';
import type { Account } from '../account.js';
import { fail } from '../charging.js';
import { asksForBuyer, cardDeclined, payWith } from '../confirming.js';
import { StripeApiError } from '../errors.js';
import { declineOf } from '../failing-cards.js';
import { idOf } from '../ids.js';
import { authenticationRequired, type Decline } from '../test-cards.js';
import { changeInvoice, changeSubscription } from './changed.js';
import { endSubscription } from './ending.js';
import { intentPaying, subscriptionOf } from './invoicing.js';
import type { Subscription } from './records.js';

type Cause = Stripe.Event.Request | undefined;

/** Why an invoice could not be collected. */
export interface NotCollected {
  method: Stripe.PaymentMethod | undefined;
  decline: Decline | undefined;
  intent: Stripe.PaymentIntent;
  charge: string | undefined;
}

const day = 24 * 60 * 60;

/**
 * Tries to collect an open invoice in the customer's absence. One that was paid says so itself (see `payInvoiceOf`). A try by hand that is
 * not the first does not count, and leaves the schedule of the others alone.
 */
export function collect(
  account: Account,
  id: string,
  { byHand = false, method: named, request }: { byHand?: boolean; method?: Stripe.PaymentMethod; request?: Cause } = {},
): NotCollected | undefined {
  const invoice = account.store.invoices.get(id);
  const intent = intentPaying(account, id);
  if (invoice.status !== 'open' || !intent) return undefined;
  const method = named ?? methodPaying(account, invoice);
  const counts = !byHand || invoice.attempt_count === 0;
  const attempts = invoice.attempt_count + (counts ? 1 : 0);
  account.store.invoices.update(id, { attempt_count: attempts, attempted: true });
  const failure = charge(account, intent, method, request);
  if (failure)
    notCollected(account, id, { byHand: !counts, asked: failure.decline === authenticationRequired }, request);
  return failure;
}

/** Refuses what would not be paid, before anything is begun. */
export function checkPays(account: Account, method: Stripe.PaymentMethod, offSession: boolean): void {
  if (asksForBuyer(account, method, offSession)) {
    if (offSession) throw cardDeclined(authenticationRequired, method);
    const message =
      'Payment for this subscription requires additional user action before it can be completed successfully. Payment can be completed ' +
      'using the PaymentIntent associated with `subscription.latest_invoice`.';
    throw new StripeApiError(402, {
      code: 'subscription_payment_intent_requires_action',
      message,
      payment_method: method,
      type: 'card_error',
    });
  }
  const decline = declineOf(account, method);
  if (decline) throw cardDeclined(decline, method);
}

/** The subscription's own method, else its customer's; one that was taken from the customer does not pay. */
export function methodOf(
  { store }: Account,
  { customer: id, default_payment_method: own }: Pick<Subscription, 'customer' | 'default_payment_method'>,
): Stripe.PaymentMethod | undefined {
  const customer = store.customers.find(idOf(id));
  const usual = customer && !customer.deleted ? customer.invoice_settings.default_payment_method : null;
  return [own, usual]
    .map((method) => store.paymentMethods.find(idOf(method)))
    .find((method) => method?.customer === idOf(id));
}

function methodPaying(account: Account, invoice: Stripe.Invoice): Stripe.PaymentMethod | undefined {
  const subscription = subscriptionOf(account, invoice);
  return subscription && methodOf(account, subscription);
}

function charge(
  account: Account,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod | undefined,
  request: Cause,
): NotCollected | undefined {
  if (!method) return { method, decline: undefined, intent, charge: undefined };
  if (asksForBuyer(account, method, true)) {
    const failed = fail(account, intent, method, authenticationRequired, undefined, request);
    return { method, decline: authenticationRequired, intent: failed, charge: undefined };
  }
  const charged = payWith(account, intent, method, request);
  if (charged.outcome === 'paid') return undefined;
  return { method, decline: charged.decline, intent: charged.intent, charge: charged.charge.id };
}

function notCollected(
  account: Account,
  id: string,
  { byHand, asked }: { byHand: boolean; asked: boolean },
  request: Cause,
): void {
  const before = account.store.invoices.get(id);
  const subscription = subscriptionOf(account, before);
  const first = before.billing_reason === 'subscription_create';
  const ended = subscription?.ended_at !== null;
  const wait = account.dunning.retryAfterDays[before.attempt_count - 1];
  const next = first || ended || wait === undefined ? null : account.now() + wait * day;
  const changes = byHand ? {} : { auto_advance: next !== null, next_payment_attempt: next };
  const invoice = changeInvoice(account, id, changes, request);
  if (asked) account.record('invoice.payment_action_required', invoice, { request });
  account.record('invoice.payment_failed', invoice, { request });
  if (byHand || ended || first || subscription.latest_invoice !== id) return;
  if (['active', 'trialing', 'past_due'].includes(subscription.status)) {
    const late = changeSubscription(account, subscription.id, { status: 'past_due' }, request);
    if (next === null) giveUp(account, late);
  }
}

/** The last attempt has failed. */
function giveUp(account: Account, subscription: Subscription): void {
  const { whenExhausted } = account.dunning;
  if (whenExhausted === 'cancel') endSubscription(account, subscription, { reason: 'payment_failed' });
  if (whenExhausted === 'unpaid') changeSubscription(account, subscription.id, { status: 'unpaid' });
}
