import type Stripe from 'stripe';
import { newId, randomText } from './ids.js';
import type { Basket } from './store.js';

interface IntentOrder extends Partial<Basket['paymentIntent']> {
  amount: number;
  currency: string;
  customer: string | null;
  automaticMethods: Stripe.PaymentIntent.AutomaticPaymentMethods | null;
  methodTypes: string[];
  setupFutureUsage?: 'off_session' | 'on_session';
}

export function newPaymentIntent(order: IntentOrder, created: number): Stripe.PaymentIntent {
  const id = newId('payment_intent');
  return {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount: order.amount,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: order.automaticMethods,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: 'automatic_async',
    client_secret: `${id}_secret_${randomText(25)}`,
    confirmation_method: 'automatic',
    created,
    currency: order.currency,
    customer: order.customer,
    customer_account: null,
    description: order.description ?? null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: { enabled: false },
    metadata: order.metadata ?? {},
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: { installments: null, mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types: order.methodTypes,
    payment_record: null,
    processing: null,
    receipt_email: order.receipt_email ?? null,
    review: null,
    setup_future_usage: order.setupFutureUsage ?? null,
    shipping: null,
    source: null,
    statement_descriptor: order.statement_descriptor ?? null,
    statement_descriptor_suffix: order.statement_descriptor_suffix ?? null,
    status: 'requires_payment_method',
    transfer_data: null,
    transfer_group: order.transfer_group ?? null,
  };
}

/** The PaymentIntent that Checkout makes at the buyer's first attempt to pay. */
export function intentForSession(
  session: Stripe.Checkout.Session,
  data: Basket['paymentIntent'],
  created: number,
): Stripe.PaymentIntent {
  const { amount_total: amount, currency, customer, payment_method_types: methodTypes } = session;
  const order = { ...data, amount: amount ?? 0, currency: currency ?? 'usd', automaticMethods: null, methodTypes };
  return newPaymentIntent({ ...order, customer: typeof customer === 'string' ? customer : null }, created);
}
