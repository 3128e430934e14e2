import type Stripe from 'stripe';
import { createdFilter } from './lists.js';
import { metadata } from './metadata.js';
import {
  automaticMethods,
  email,
  emptyable,
  flag,
  integer,
  listOf,
  noLongerSupported,
  oneOf,
  required,
  text,
  unsupported,
  webUrl,
  type ParamsOf,
  type ShapeOf,
} from './params.js';

const retired = { payment_method_types: noLongerSupported('payment_intent') };

export const createParams = {
  ...({
    allowed_payment_method_types: listOf(text()),
    amount: required(integer({ min: 0 })),
    amount_details: unsupported(),
    application_fee_amount: unsupported(),
    automatic_payment_methods: automaticMethods(),
    capture_method: oneOf('automatic', 'automatic_async'),
    confirm: flag(),
    confirmation_method: oneOf('automatic'),
    confirmation_token: unsupported(),
    currency: required(text()),
    customer: text(),
    customer_account: unsupported(),
    description: text({ max: 1000 }),
    error_on_requires_action: flag(),
    excluded_payment_method_types: listOf(text()),
    hooks: unsupported(),
    mandate: unsupported(),
    mandate_data: unsupported(),
    metadata: metadata(),
    off_session: flag(),
    on_behalf_of: unsupported(),
    payment_details: unsupported(),
    payment_method: text(),
    payment_method_configuration: unsupported(),
    payment_method_data: unsupported(),
    payment_method_options: unsupported(),
    radar_options: unsupported(),
    receipt_email: email(),
    return_url: webUrl(),
    setup_future_usage: oneOf('off_session', 'on_session'),
    shipping: unsupported(),
    statement_descriptor: text({ max: 22 }),
    statement_descriptor_suffix: text({ max: 22 }),
    transfer_data: unsupported(),
    transfer_group: text(),
    use_stripe_sdk: unsupported(),
  } satisfies ShapeOf<Stripe.PaymentIntentCreateParams>),
  ...retired,
};

export const updateParams = {
  ...({
    allowed_payment_method_types: unsupported(),
    amount: integer({ min: 0 }),
    amount_details: unsupported(),
    application_fee_amount: unsupported(),
    capture_method: unsupported(),
    currency: text(),
    customer: text(),
    customer_account: unsupported(),
    description: text({ max: 1000 }),
    excluded_payment_method_types: unsupported(),
    hooks: unsupported(),
    metadata: metadata(),
    payment_details: unsupported(),
    payment_method: text(),
    payment_method_configuration: unsupported(),
    payment_method_data: unsupported(),
    payment_method_options: unsupported(),
    receipt_email: emptyable(email()),
    setup_future_usage: emptyable(oneOf('off_session', 'on_session')),
    shipping: unsupported(),
    statement_descriptor: text({ max: 22 }),
    statement_descriptor_suffix: text({ max: 22 }),
    transfer_data: unsupported(),
    transfer_group: text(),
  } satisfies ShapeOf<Stripe.PaymentIntentUpdateParams>),
  ...retired,
};

export const confirmParams = {
  ...({
    allowed_payment_method_types: unsupported(),
    amount_details: unsupported(),
    amount_to_confirm: unsupported(),
    capture_method: oneOf('automatic', 'automatic_async'),
    confirmation_token: unsupported(),
    error_on_requires_action: flag(),
    excluded_payment_method_types: unsupported(),
    hooks: unsupported(),
    mandate: unsupported(),
    mandate_data: unsupported(),
    off_session: flag(),
    payment_details: unsupported(),
    payment_method: text(),
    payment_method_data: unsupported(),
    payment_method_options: unsupported(),
    radar_options: unsupported(),
    receipt_email: emptyable(email()),
    return_url: webUrl(),
    setup_future_usage: emptyable(oneOf('off_session', 'on_session')),
    shipping: unsupported(),
    use_stripe_sdk: unsupported(),
  } satisfies ShapeOf<Stripe.PaymentIntentConfirmParams>),
  ...retired,
};

export const cancelParams = {
  cancellation_reason: oneOf('abandoned', 'duplicate', 'fraudulent', 'requested_by_customer'),
} satisfies ShapeOf<Stripe.PaymentIntentCancelParams>;

export const listFilters = {
  ...createdFilter,
  customer: text(),
  customer_account: unsupported(),
} satisfies Omit<ShapeOf<Stripe.PaymentIntentListParams>, 'limit' | 'starting_after' | 'ending_before'>;

export type IntentCreate = ParamsOf<typeof createParams>;
export type IntentUpdate = ParamsOf<typeof updateParams>;
export type IntentConfirm = ParamsOf<typeof confirmParams>;
