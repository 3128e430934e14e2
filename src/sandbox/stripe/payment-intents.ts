import type Stripe from 'stripe';
import type { Account } from './account.js';
import { confirm, wrongState } from './confirming.js';
import { customerNamed } from './customers.js';
import { invalidInteger, noSuch } from './errors.js';
import { idOf } from './ids.js';
import { checkUsable, methodNamed } from './keeping-methods.js';
import { listRoute } from './lists.js';
import { applyMetadata } from './metadata.js';
import { checkCurrency, checkPaymentAmount } from './money.js';
import { newPaymentIntent } from './payment-intent-object.js';
import {
  cancelParams,
  confirmParams,
  createParams,
  listFilters,
  updateParams,
  type IntentCreate,
  type IntentUpdate,
} from './payment-intent-params.js';
import { route } from './routes.js';
import { settled } from './settlement.js';

const open = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

export const paymentIntentRoutes = [
  route({
    method: 'POST',
    path: '/v1/payment_intents',
    answers: 'payment_intent',
    params: createParams,
    handle({ account, params, request }) {
      const { intent, method } = create(account, params);
      account.record('payment_intent.created', intent, { request });
      return params.confirm ? confirm(account, intent, method, params, request) : intent;
    },
  }),
  route({
    method: 'GET',
    path: '/v1/payment_intents/:id',
    answers: 'payment_intent',
    params: {},
    handle: ({ account, id }) => existing(account, id),
  }),
  route({
    method: 'POST',
    path: '/v1/payment_intents/:id',
    answers: 'payment_intent',
    params: updateParams,
    // Stripe has no event for it.
    handle: ({ account, id, params }) => update(account, existing(account, id), params),
  }),
  route({
    method: 'POST',
    path: '/v1/payment_intents/:id/confirm',
    answers: 'payment_intent',
    params: confirmParams,
    handle({ account, id, params, request }) {
      const intent = existing(account, id);
      checkNotOfCheckout(account, intent, 'confirm');
      const named = params.payment_method ?? intent.payment_method ?? defaultOf(account, intent);
      const method = named === null ? undefined : methodNamed(account, idOf(named));
      const { receipt_email: receipt, setup_future_usage: usage } = params;
      const told = account.store.paymentIntents.update(id, {
        ...(receipt !== undefined && { receipt_email: receipt }),
        ...(usage !== undefined && { setup_future_usage: usage }),
      });
      return confirm(account, told, method, params, request);
    },
  }),
  route({
    method: 'POST',
    path: '/v1/payment_intents/:id/cancel',
    answers: 'payment_intent',
    params: cancelParams,
    handle({ account, id, params, request }) {
      const intent = existing(account, id);
      checkNotOfCheckout(account, intent, 'cancel');
      if (!open.includes(intent.status)) {
        throw wrongState(
          `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with ` +
            'one of the following statuses may be canceled: requires_payment_method, requires_capture, ' +
            'requires_confirmation, requires_action, processing.',
          intent,
        );
      }
      const canceled = account.store.paymentIntents.update(id, {
        canceled_at: account.now(),
        cancellation_reason: params.cancellation_reason ?? null,
        next_action: null,
        status: 'canceled',
      });
      account.record('payment_intent.canceled', canceled, { request });
      return canceled;
    },
  }),
  listRoute({
    path: '/v1/payment_intents',
    object: 'payment_intent',
    filters: listFilters,
    from: (account) => account.store.paymentIntents.newestFirst(),
    keep: (intent, { customer }) => customer === undefined || intent.customer === customer,
  }),
];

function create(
  account: Account,
  params: IntentCreate,
): { intent: Stripe.PaymentIntent; method: Stripe.PaymentMethod | undefined } {
  const { amount } = params;
  const currency = checkCurrency(params.currency, 'currency');
  checkAmount(account, amount, currency);
  const customer = params.customer === undefined ? null : customerNamed(account.store, params.customer, 'customer').id;
  const method = params.payment_method === undefined ? undefined : methodNamed(account, params.payment_method);
  if (method) checkUsable(account, method, customer, { noun: 'PaymentIntent' });
  const { automatic_payment_methods: automatic = { allow_redirects: 'always', enabled: true } } = params;
  const made = newPaymentIntent(
    {
      ...params,
      amount,
      currency,
      customer,
      metadata: applyMetadata({}, params.metadata),
      automaticMethods: automatic,
      methodTypes: ['card'],
      setupFutureUsage: params.setup_future_usage,
    },
    account.now(),
  );
  const intent = method ? { ...made, payment_method: method.id, status: 'requires_confirmation' } : made;
  return { intent: account.store.paymentIntents.put(intent), method };
}

function update(account: Account, intent: Stripe.PaymentIntent, params: IntentUpdate): Stripe.PaymentIntent {
  const { amount = intent.amount, metadata, description, receipt_email: receipt } = params;
  const { statement_descriptor: descriptor, statement_descriptor_suffix: suffix, transfer_group: group } = params;
  const currency = params.currency === undefined ? intent.currency : checkCurrency(params.currency, 'currency');
  const customer =
    params.customer === undefined ? intent.customer : customerNamed(account.store, params.customer, 'customer').id;
  const method = params.payment_method === undefined ? undefined : methodNamed(account, params.payment_method);
  const moves = amount !== intent.amount || currency !== intent.currency || customer !== intent.customer || method;
  if (moves && !open.includes(intent.status)) {
    throw wrongState(
      `This PaymentIntent's amount, currency, customer and payment method could not be updated because it has a status ` +
        `of ${intent.status}. You may only update them on a PaymentIntent with one of the following statuses: ` +
        `${open.join(', ')}.`,
      intent,
    );
  }
  if (moves) {
    checkNotOfCheckout(account, intent, 'update');
    checkAmount(account, amount, currency);
  }
  const owner = typeof customer === 'string' ? customer : null;
  if (method) checkUsable(account, method, owner, { noun: 'PaymentIntent', payment_intent: intent });
  return account.store.paymentIntents.update(intent.id, {
    amount,
    currency,
    customer,
    metadata: applyMetadata(intent.metadata, metadata),
    ...(description !== undefined && { description }),
    ...(receipt !== undefined && { receipt_email: receipt }),
    ...(params.setup_future_usage !== undefined && { setup_future_usage: params.setup_future_usage }),
    ...(descriptor !== undefined && { statement_descriptor: descriptor }),
    ...(suffix !== undefined && { statement_descriptor_suffix: suffix }),
    ...(group !== undefined && { transfer_group: group }),
    ...(method && { next_action: null, payment_method: method.id, status: 'requires_confirmation' }),
  });
}

function checkAmount(account: Account, amount: number, currency: string): void {
  if (amount === 0) {
    throw invalidInteger(
      'The amount must be greater than or equal to the minimum charge amount allowed for your account and the ' +
        'currency set (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts).  If you want to save a ' +
        'Payment Method for future use without an immediate payment, use a Setup Intent instead: ' +
        'https://docs.stripe.com/payments/setup-intents',
      'amount',
    );
  }
  checkPaymentAmount({ amount, currency, settled: settled(account, amount, currency) });
}

function existing(account: Account, id: string): Stripe.PaymentIntent {
  const intent = account.store.paymentIntents.find(id);
  if (!intent) throw noSuch('payment_intent', id, 'intent', 404);
  return intent;
}

/** Recorded: a PaymentIntent without a method is paid by its customer's usual one. */
function defaultOf({ store }: Account, { customer: id }: Stripe.PaymentIntent): string | null {
  const customer = typeof id === 'string' ? store.customers.find(id) : undefined;
  const method = customer && !customer.deleted ? customer.invoice_settings.default_payment_method : null;
  return method ? idOf(method) : null;
}

/** The hosted page pays it, and it ends with its session. */
function checkNotOfCheckout(
  { store }: Account,
  intent: Stripe.PaymentIntent,
  what: 'confirm' | 'cancel' | 'update',
): void {
  const [session] = store.checkoutSessions.filter(({ payment_intent: id }) => id === intent.id);
  if (!session || !open.includes(intent.status)) return;
  const message =
    `You cannot ${what} this PaymentIntent because it was created by a Checkout Session. ` +
    'To end it, expire the session instead.';
  throw wrongState(message, intent);
}
