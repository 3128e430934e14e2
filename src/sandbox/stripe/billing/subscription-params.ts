import type Stripe from 'stripe';
import { createdFilter } from '../lists.js';
import { metadata } from '../metadata.js';
import {
  emptyable,
  flag,
  hash,
  integer,
  listOf,
  moment,
  oneOf,
  range,
  required,
  text,
  unsupported,
  type ParamsOf,
  type ShapeOf,
} from '../params.js';

const newItem = {
  billing_thresholds: unsupported(),
  current_trial: unsupported(),
  discounts: unsupported(),
  metadata: unsupported(),
  plan: unsupported(),
  price: required(text()),
  price_data: unsupported(),
  quantity: integer({ min: 1 }),
  tax_rates: unsupported(),
} satisfies ShapeOf<Stripe.SubscriptionCreateParams.Item>;

const changedItem = {
  billing_thresholds: unsupported(),
  clear_usage: unsupported(),
  current_trial: unsupported(),
  deleted: unsupported(),
  discounts: unsupported(),
  id: text(),
  metadata: unsupported(),
  plan: unsupported(),
  price: text(),
  price_data: unsupported(),
  quantity: integer({ min: 1 }),
  tax_rates: unsupported(),
} satisfies ShapeOf<Stripe.SubscriptionUpdateParams.Item>;

const paymentSettings = {
  payment_method_options: unsupported(),
  payment_method_types: unsupported(),
  save_default_payment_method: oneOf('off', 'on_subscription'),
} satisfies ShapeOf<Stripe.SubscriptionCreateParams.PaymentSettings>;

const trialSettings = hash({
  end_behavior: required(
    hash({
      billing_cycle_anchor: oneOf('now'),
      missing_payment_method: required(oneOf('create_invoice')),
    }),
  ),
});

export const prorations = oneOf('always_invoice', 'create_prorations', 'none');
export const changedItems = listOf(hash(changedItem));
const behaviours = oneOf('allow_incomplete', 'default_incomplete', 'error_if_incomplete');

export const createParams = {
  add_invoice_items: unsupported(),
  application_fee_percent: unsupported(),
  automatic_tax: unsupported(),
  backdate_start_date: unsupported(),
  billing_cycle_anchor: unsupported(),
  billing_cycle_anchor_config: unsupported(),
  billing_mode: hash({ flexible: unsupported(), type: required(oneOf('flexible')) }),
  billing_schedules: unsupported(),
  billing_thresholds: unsupported(),
  cancel_at: unsupported(),
  cancel_at_period_end: unsupported(),
  collection_method: oneOf('charge_automatically'),
  currency: text(),
  customer: required(text()),
  customer_account: unsupported(),
  days_until_due: unsupported(),
  default_payment_method: text(),
  default_source: unsupported(),
  default_tax_rates: emptyable(listOf(text())),
  description: text({ max: 500 }),
  discounts: unsupported(),
  invoice_settings: unsupported(),
  items: required(listOf(hash(newItem))),
  metadata: metadata(),
  off_session: flag(),
  on_behalf_of: unsupported(),
  payment_behavior: behaviours,
  payment_settings: hash(paymentSettings),
  pending_invoice_item_interval: unsupported(),
  proration_behavior: prorations,
  transfer_data: unsupported(),
  trial_end: moment(),
  trial_from_plan: unsupported(),
  trial_period_days: integer({ min: 1, max: 730 }),
  trial_settings: trialSettings,
} satisfies ShapeOf<Stripe.SubscriptionCreateParams>;

export const updateParams = {
  add_invoice_items: unsupported(),
  application_fee_percent: unsupported(),
  automatic_tax: unsupported(),
  billing_cycle_anchor: hash({ type: required(oneOf('now', 'unchanged')) }),
  billing_schedules: unsupported(),
  billing_thresholds: unsupported(),
  cancel_at: unsupported(),
  cancel_at_period_end: flag(),
  cancellation_details: hash({ comment: emptyable(text()), feedback: emptyable(text()) }),
  collection_method: oneOf('charge_automatically'),
  days_until_due: unsupported(),
  default_payment_method: text(),
  default_source: unsupported(),
  default_tax_rates: emptyable(listOf(text())),
  description: emptyable(text({ max: 500 })),
  discounts: unsupported(),
  invoice_settings: unsupported(),
  items: changedItems,
  metadata: metadata(),
  off_session: flag(),
  on_behalf_of: unsupported(),
  pause_collection: unsupported(),
  payment_behavior: behaviours,
  payment_settings: hash(paymentSettings),
  pending_invoice_item_interval: unsupported(),
  proration_behavior: prorations,
  proration_date: integer({ min: 0 }),
  transfer_data: unsupported(),
  trial_end: moment(),
  trial_from_plan: unsupported(),
  trial_settings: unsupported(),
} satisfies ShapeOf<Stripe.SubscriptionUpdateParams>;

export const cancelParams = {
  cancellation_details: hash({
    comment: emptyable(text()),
    feedback: emptyable(text()),
    feedback_option: unsupported(),
  }),
  invoice_now: flag(),
  prorate: flag(),
} satisfies ShapeOf<Stripe.SubscriptionCancelParams>;

export const listFilters = {
  ...createdFilter,
  automatic_tax: unsupported(),
  collection_method: oneOf('charge_automatically', 'send_invoice'),
  current_period_end: range(),
  current_period_start: range(),
  customer: text(),
  customer_account: unsupported(),
  plan: unsupported(),
  price: text(),
  status: oneOf(
    'active',
    'all',
    'canceled',
    'ended',
    'incomplete',
    'incomplete_expired',
    'past_due',
    'paused',
    'trialing',
    'unpaid',
  ),
  test_clock: text(),
} satisfies Omit<ShapeOf<Stripe.SubscriptionListParams>, 'limit' | 'starting_after' | 'ending_before'>;

export type SubscriptionCreate = ParamsOf<typeof createParams>;
export type SubscriptionUpdate = ParamsOf<typeof updateParams>;
export type ChangedItem = ParamsOf<typeof changedItem>;
