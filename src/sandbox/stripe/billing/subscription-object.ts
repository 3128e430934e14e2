import type Stripe from 'stripe';
import type { Account } from '../account.js';
import { idOf, newId } from '../ids.js';
import { embedded } from './invoice-object.js';
import { boundaryAfter, intervalOf, type Period } from './periods.js';
import type { Subscription } from './records.js';

export interface SubscriptionStart {
  customer: Stripe.Customer;
  price: Stripe.Price;
  quantity: number;
  taxRates: Stripe.TaxRate[];
  /** Null for no trial. */
  trialEnd: number | null;
  metadata: Stripe.Metadata;
  description: string | null;
  /** The method that pays; null for the customer's own. */
  method: string | null;
  savesMethod: boolean;
  missingMethod: 'cancel' | 'create_invoice' | 'pause';
}

/** As it begins: in its trial, or waiting for its first payment. */
export function newSubscription(account: Account, start: SubscriptionStart): Subscription {
  const { price, quantity, trialEnd } = start;
  const id = newId('subscription');
  const now = account.now();
  const anchor = trialEnd ?? now;
  const period = { start: now, end: boundaryAfter(anchor, intervalOf(price), now) };
  const item = newItem(id, price, quantity, period);
  return {
    id,
    object: 'subscription',
    application: null,
    application_fee_percent: null,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null },
    billing_cycle_anchor: anchor,
    billing_cycle_anchor_config: null,
    billing_mode: { flexible: { proration_discounts: 'included' }, type: 'flexible', updated_at: now },
    billing_schedules: [],
    billing_thresholds: null,
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
    collection_method: 'charge_automatically',
    created: now,
    currency: price.currency,
    customer: start.customer.id,
    customer_account: null,
    days_until_due: null,
    default_payment_method: start.method,
    default_source: null,
    default_tax_rates: start.taxRates,
    description: start.description,
    discounts: [],
    ended_at: null,
    invoice_settings: {
      account_tax_ids: null,
      custom_fields: null,
      description: null,
      footer: null,
      issuer: { type: 'self' },
    },
    items: itemsOf(id, item),
    latest_invoice: null,
    livemode: false,
    managed_payments: { enabled: false },
    metadata: start.metadata,
    next_pending_invoice_item_invoice: null,
    on_behalf_of: null,
    pause_collection: null,
    payment_settings: {
      payment_method_options: null,
      payment_method_types: null,
      save_default_payment_method: start.savesMethod ? 'on_subscription' : 'off',
    },
    pending_invoice_item_interval: null,
    pending_setup_intent: null,
    pending_update: null,
    plan: item.plan,
    quantity,
    schedule: null,
    start_date: now,
    status: trialEnd === null ? 'incomplete' : 'trialing',
    test_clock: start.customer.test_clock === null ? null : idOf(start.customer.test_clock ?? null),
    transfer_data: null,
    trial_end: trialEnd,
    trial_settings: {
      end_behavior: { billing_cycle_anchor: 'now', missing_payment_method: start.missingMethod },
    },
    trial_start: trialEnd === null ? null : now,
  };
}

/** Its one item. */
export function itemOf({ id, items }: Subscription): Stripe.SubscriptionItem {
  const [item] = items.data;
  if (!item) throw new Error(`Subscription ${id} has no item.`);
  return item;
}

export function periodOf(subscription: Subscription): Period {
  const { current_period_start: start, current_period_end: end } = itemOf(subscription);
  return { start, end };
}

/** The same subscription for other time, or at another price. */
export function withItem(
  subscription: Subscription,
  changes: { period?: Period; price?: Stripe.Price; quantity?: number },
): Subscription {
  const item = itemOf(subscription);
  const { period = periodOf(subscription), price = item.price, quantity = subscription.quantity } = changes;
  const plan = planOf(price);
  const changed = {
    ...item,
    current_period_end: period.end,
    current_period_start: period.start,
    plan,
    price,
    quantity,
  };
  return { ...subscription, items: itemsOf(subscription.id, changed), plan, quantity };
}

function itemsOf(id: string, item: Stripe.SubscriptionItem): Subscription['items'] {
  return embedded([item], `/v1/subscription_items?subscription=${id}`);
}

function newItem(
  subscription: string,
  price: Stripe.Price,
  quantity: number,
  { start, end }: Period,
): Stripe.SubscriptionItem {
  return {
    id: newId('subscription_item'),
    object: 'subscription_item',
    billing_thresholds: null,
    created: start,
    current_period_end: end,
    current_period_start: start,
    current_trial: null,
    discounts: [],
    metadata: {},
    plan: planOf(price),
    price,
    quantity,
    subscription,
    tax_rates: [],
  };
}

/** The older name of a price, still on the wire. */
function planOf(price: Stripe.Price): Stripe.Plan {
  const { interval, interval_count } = intervalOf(price);
  return {
    id: price.id,
    object: 'plan',
    active: price.active,
    amount: price.unit_amount,
    amount_decimal: price.unit_amount_decimal,
    billing_scheme: 'per_unit',
    created: price.created,
    currency: price.currency,
    interval,
    interval_count,
    livemode: false,
    metadata: price.metadata,
    meter: null,
    nickname: price.nickname,
    product: price.product,
    tiers_mode: null,
    transform_usage: null,
    trial_period_days: null,
    usage_type: 'licensed',
  };
}
