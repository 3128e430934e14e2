import type Stripe from 'stripe';
import { createdFilter } from './lists.js';
import { metadata } from './metadata.js';
import {
  email,
  hash,
  integer,
  listOf,
  oneOf,
  required,
  text,
  unsupported,
  webUrl,
  type ParamsOf,
  type ShapeOf,
} from './params.js';

const productData = {
  name: required(text()),
  description: text(),
  images: listOf(webUrl()),
  metadata: metadata(),
  tax_code: text(),
  tax_details: unsupported(),
  unit_label: text(),
} satisfies ShapeOf<Stripe.Checkout.SessionCreateParams.LineItem.PriceData.ProductData>;

const priceData = {
  currency: required(text()),
  product: unsupported(),
  product_data: required(hash(productData)),
  recurring: unsupported(),
  tax_behavior: oneOf('exclusive', 'inclusive', 'unspecified'),
  unit_amount: required(integer({ min: 0 })),
  unit_amount_decimal: unsupported(),
} satisfies ShapeOf<Stripe.Checkout.SessionCreateParams.LineItem.PriceData>;

const lineItem = {
  adjustable_quantity: unsupported(),
  metadata: metadata(),
  price: text(),
  price_data: hash(priceData),
  quantity: required(integer({ min: 1, max: 999_999 })),
  tax_rates: unsupported(),
} satisfies ShapeOf<Stripe.Checkout.SessionCreateParams.LineItem>;

const paymentIntentData = {
  application_fee_amount: unsupported(),
  capture_method: unsupported(),
  description: text({ max: 1000 }),
  metadata: metadata(),
  on_behalf_of: unsupported(),
  receipt_email: email(),
  setup_future_usage: unsupported(),
  shipping: unsupported(),
  statement_descriptor: text({ max: 22 }),
  statement_descriptor_suffix: text({ max: 22 }),
  transfer_data: unsupported(),
  transfer_group: text(),
} satisfies ShapeOf<Stripe.Checkout.SessionCreateParams.PaymentIntentData>;

const setupIntentData = {
  description: text({ max: 1000 }),
  metadata: metadata(),
  on_behalf_of: unsupported(),
} satisfies ShapeOf<Stripe.Checkout.SessionCreateParams.SetupIntentData>;

const subscriptionData = {
  application_fee_percent: unsupported(),
  billing_cycle_anchor: unsupported(),
  billing_cycle_anchor_config: unsupported(),
  billing_mode: hash({ flexible: unsupported(), type: required(oneOf('flexible')) }),
  default_tax_rates: listOf(text()),
  description: text({ max: 500 }),
  invoice_settings: unsupported(),
  metadata: metadata(),
  on_behalf_of: unsupported(),
  pending_invoice_item_interval: unsupported(),
  proration_behavior: unsupported(),
  transfer_data: unsupported(),
  trial_end: integer(),
  trial_period_days: integer({ min: 1, max: 730 }),
  trial_settings: hash({
    end_behavior: required(hash({ missing_payment_method: required(oneOf('create_invoice')) })),
  }),
} satisfies ShapeOf<Stripe.Checkout.SessionCreateParams.SubscriptionData>;

/** `payment_method_types` is not among them: since 2026-09-30.endive it is refused like any unknown parameter. */
export const sessionCreateParams = {
  adaptive_pricing: unsupported(),
  after_expiration: unsupported(),
  allow_promotion_codes: unsupported(),
  allowed_payment_method_types: listOf(text()),
  automatic_tax: unsupported(),
  billing_address_collection: unsupported(),
  branding_settings: unsupported(),
  cancel_url: webUrl(),
  client_reference_id: text({ max: 200 }),
  consent_collection: unsupported(),
  currency: text(),
  custom_fields: unsupported(),
  custom_text: unsupported(),
  customer: text(),
  customer_account: unsupported(),
  customer_creation: oneOf('if_required'),
  customer_email: email(),
  customer_update: unsupported(),
  discounts: unsupported(),
  excluded_payment_method_types: listOf(text()),
  expires_at: integer(),
  integration_identifier: text(),
  invoice_creation: unsupported(),
  line_items: listOf(hash(lineItem)),
  locale: text(),
  managed_payments: unsupported(),
  metadata: metadata(),
  mode: required(oneOf('payment', 'setup', 'subscription')),
  name_collection: unsupported(),
  optional_items: unsupported(),
  origin_context: unsupported(),
  payment_intent_data: hash(paymentIntentData),
  payment_method_collection: oneOf('always', 'if_required'),
  payment_method_configuration: unsupported(),
  payment_method_data: unsupported(),
  payment_method_options: unsupported(),
  permissions: unsupported(),
  phone_number_collection: unsupported(),
  redirect_on_completion: unsupported(),
  return_url: unsupported(),
  saved_payment_method_options: unsupported(),
  setup_intent_data: hash(setupIntentData),
  shipping_address_collection: unsupported(),
  shipping_options: unsupported(),
  submit_type: oneOf('auto', 'book', 'donate', 'pay', 'subscribe'),
  subscription_data: hash(subscriptionData),
  success_url: required(webUrl()),
  tax_id_collection: unsupported(),
  ui_mode: oneOf('elements', 'embedded_page', 'form', 'hosted_page'),
  wallet_options: unsupported(),
} satisfies ShapeOf<Stripe.Checkout.SessionCreateParams>;

export const sessionListFilters = {
  ...createdFilter,
  customer: text(),
  customer_account: unsupported(),
  customer_details: hash({ email: required(text()) }),
  payment_intent: text(),
  payment_link: unsupported(),
  status: oneOf('complete', 'expired', 'open'),
  subscription: text(),
} satisfies Omit<ShapeOf<Stripe.Checkout.SessionListParams>, 'limit' | 'starting_after' | 'ending_before'>;

export type SessionCreate = ParamsOf<typeof sessionCreateParams>;
type LineItemParams = ParamsOf<typeof lineItem>;
/** What is sold once, and so names its own price. */
export type LineItemCreate = LineItemParams & { price_data: NonNullable<LineItemParams['price_data']> };
