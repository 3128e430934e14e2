import type Stripe from 'stripe';
import type { Account } from '../account.js';
import type { SessionCreate } from '../checkout-session-params.js';
import { blankCustomer } from '../customers.js';
import { invalidRequest, missingParameter, notInSandbox } from '../errors.js';
import { newId } from '../ids.js';
import { applyMetadata } from '../metadata.js';
import { shownPrice } from './charging-for-time.js';
import { onClockOf } from './clocks.js';
import { draftOf } from './invoicing.js';
import { priceNamed, recurringPrice } from './prices.js';
import type { SubscriptionCheckout } from './records.js';
import { firstInvoice } from './subscribing.js';
import { newSubscription, type SubscriptionStart } from './subscription-object.js';
import { taxRatesNamed } from './tax-rates.js';

const day = 24 * 60 * 60;

/** What a session in mode `subscription` is to begin. */
export function checkoutFrom(account: Account, params: SessionCreate): Omit<SubscriptionCheckout, 'id'> {
  const [item, ...more] = params.line_items ?? [];
  if (!item) throw missingParameter('line_items');
  if (more.length > 0) throw notInSandbox('several line items in mode subscription', 'line_items');
  if (item.price_data) throw notInSandbox('price_data in mode subscription', 'line_items[0][price_data]');
  if (item.price === undefined) throw missingParameter('line_items[0][price]');
  if (params.payment_intent_data) {
    throw invalidRequest('You can not pass `payment_intent_data` in `subscription` mode.', {
      param: 'payment_intent_data',
    });
  }
  const data = params.subscription_data;
  const price = recurringPrice(account, item.price, 'line_items[0][price]');
  const rates = data?.default_tax_rates ?? [];
  taxRatesNamed(account, rates, 'subscription_data[default_tax_rates]');
  return {
    price: price.id,
    quantity: item.quantity,
    trialDays: data?.trial_period_days ?? 0,
    trialEnd: data?.trial_end ?? null,
    metadata: applyMetadata({}, data?.metadata),
    description: data?.description ?? null,
    taxRates: rates,
    intent: null,
  };
}

/** The subscription that it begins, as of now. */
export function startFrom(
  account: Account,
  checkout: Omit<SubscriptionCheckout, 'id'>,
  customer: Stripe.Customer,
  method: string | null,
): SubscriptionStart {
  const { price, quantity, trialDays, trialEnd, taxRates, metadata, description } = checkout;
  return {
    customer,
    price: priceNamed(account, price, 'price'),
    quantity,
    taxRates: taxRatesNamed(account, taxRates, 'default_tax_rates'),
    trialEnd: trialDays > 0 ? account.now() + trialDays * day : trialEnd,
    metadata,
    description,
    method,
    savesMethod: false,
    missingMethod: 'create_invoice',
  };
}

/** Its first invoice, as the buyer is shown it. */
export function firstDraft(
  account: Account,
  checkout: Omit<SubscriptionCheckout, 'id'>,
  customer: Stripe.Customer | null,
): Stripe.Invoice {
  return onClockOf(account, customer, () => {
    const buyer = customer ?? blankCustomer(account.now());
    return draftOf(account, firstInvoice(account, newSubscription(account, startFrom(account, checkout, buyer, null))));
  });
}

/** The line of the session that says what is sold. */
export function lineItemOf(account: Account, checkout: SubscriptionCheckout, first: Stripe.Invoice): Stripe.LineItem {
  const price = priceNamed(account, checkout.price, 'price');
  const product = account.store.products.find(String(first.lines.data[0]?.pricing?.price_details?.product));
  return {
    id: newId('item'),
    object: 'item',
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: first.subtotal,
    amount_tax: taxOf(first),
    amount_total: first.total,
    currency: price.currency,
    description: product?.name ?? price.id,
    metadata: {},
    price,
    quantity: checkout.quantity,
  };
}

/** The trial that it begins with, as the buyer reads it; null for none. */
export function shownTrial(account: Account, { price, trialDays, trialEnd }: SubscriptionCheckout): string | null {
  const then = `then ${shownPrice(priceNamed(account, price, 'price'))}`;
  if (trialDays > 0) return `${trialDays} ${trialDays === 1 ? 'day' : 'days'} free, ${then}`;
  return trialEnd === null ? null : `Free until ${new Date(trialEnd * 1000).toISOString().slice(0, 10)}, ${then}`;
}

/** What tax it says, included or added. */
export function taxOf({ total_taxes: taxes }: Stripe.Invoice): number {
  return (taxes ?? []).reduce((sum, tax) => sum + tax.amount, 0);
}
