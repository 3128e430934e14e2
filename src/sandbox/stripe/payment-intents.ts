import type Stripe from 'stripe';
import { noSuch } from './errors.js';
import { newId, randomText } from './ids.js';
import { createdFilter, listRoute } from './lists.js';
import { text, unsupported, type ShapeOf } from './params.js';
import { route } from './routes.js';
import type { Basket } from './store.js';

const filters = {
  ...createdFilter,
  customer: text(),
  customer_account: unsupported(),
} satisfies Omit<ShapeOf<Stripe.PaymentIntentListParams>, 'limit' | 'starting_after' | 'ending_before'>;

export const paymentIntentRoutes = [
  route({
    method: 'GET',
    path: '/v1/payment_intents/:id',
    answers: 'payment_intent',
    params: {},
    handle({ account, id }) {
      const intent = account.store.paymentIntents.find(id);
      if (!intent) throw noSuch('payment_intent', id, 'intent', 404);
      return intent;
    },
  }),
  listRoute({
    path: '/v1/payment_intents',
    object: 'payment_intent',
    filters,
    from: (account) => account.store.paymentIntents.newestFirst(),
    keep: (intent, { customer }) => customer === undefined || intent.customer === customer,
  }),
];

/** The PaymentIntent that Checkout makes at the buyer's first attempt to pay. */
export function intentForSession(
  session: Stripe.Checkout.Session,
  data: Basket['paymentIntent'],
  created: number,
): Stripe.PaymentIntent {
  const id = newId('payment_intent');
  return {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount: session.amount_total ?? 0,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: 'automatic_async',
    client_secret: `${id}_secret_${randomText(25)}`,
    confirmation_method: 'automatic',
    created,
    currency: session.currency ?? 'usd',
    customer: session.customer,
    customer_account: null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: { enabled: false },
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: { installments: null, mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types: session.payment_method_types,
    payment_record: null,
    processing: null,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    status: 'requires_payment_method',
    transfer_data: null,
    ...data,
  };
}
