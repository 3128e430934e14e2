import type Stripe from 'stripe';
import type { Account } from './account.js';
import { customerNamed } from './customers.js';
import { invalidRequest, noSuch, StripeApiError } from './errors.js';
import { idOf } from './ids.js';
import { checkUsable, methodNamed } from './keeping-methods.js';
import { createdFilter, listRoute } from './lists.js';
import { metadata } from './metadata.js';
import {
  automaticMethods,
  flag,
  listOf,
  noLongerSupported,
  oneOf,
  text,
  unsupported,
  webUrl,
  type ShapeOf,
} from './params.js';
import { requireReturnUrl } from './return-url.js';
import { route } from './routes.js';
import { setUp } from './setting-up.js';
import { newSetupIntent } from './setup-intent-object.js';

const createParams = {
  ...({
    allowed_payment_method_types: listOf(text()),
    attach_to_self: unsupported(),
    automatic_payment_methods: automaticMethods(),
    confirm: flag(),
    confirmation_token: unsupported(),
    customer: text(),
    customer_account: unsupported(),
    description: text({ max: 1000 }),
    excluded_payment_method_types: listOf(text()),
    flow_directions: unsupported(),
    mandate_data: unsupported(),
    metadata: metadata(),
    on_behalf_of: unsupported(),
    payment_method: text(),
    payment_method_configuration: unsupported(),
    payment_method_data: unsupported(),
    payment_method_options: unsupported(),
    return_url: webUrl(),
    single_use: unsupported(),
    usage: text(),
    use_stripe_sdk: unsupported(),
  } satisfies ShapeOf<Stripe.SetupIntentCreateParams>),
  payment_method_types: noLongerSupported('setup_intent'),
};

const confirmParams = {
  ...({
    allowed_payment_method_types: unsupported(),
    confirmation_token: unsupported(),
    mandate_data: unsupported(),
    payment_method: text(),
    payment_method_data: unsupported(),
    payment_method_options: unsupported(),
    return_url: webUrl(),
    use_stripe_sdk: unsupported(),
  } satisfies ShapeOf<Stripe.SetupIntentConfirmParams>),
  payment_method_types: noLongerSupported('setup_intent'),
};

const cancelParams = {
  cancellation_reason: oneOf('abandoned', 'duplicate', 'requested_by_customer'),
} satisfies ShapeOf<Stripe.SetupIntentCancelParams>;

const filters = {
  ...createdFilter,
  attach_to_self: unsupported(),
  customer: text(),
  customer_account: unsupported(),
  payment_method: text(),
} satisfies Omit<ShapeOf<Stripe.SetupIntentListParams>, 'limit' | 'starting_after' | 'ending_before'>;

const cancelable = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

export const setupIntentRoutes = [
  route({
    method: 'POST',
    path: '/v1/setup_intents',
    answers: 'setup_intent',
    params: createParams,
    handle({ account, params, request }) {
      const customer =
        params.customer === undefined ? null : customerNamed(account.store, params.customer, 'customer').id;
      const method = params.payment_method === undefined ? undefined : methodNamed(account, params.payment_method);
      if (method) checkUsable(account, method, customer, { noun: 'SetupIntent' });
      const { automatic_payment_methods: automatic = { allow_redirects: 'always', enabled: true } } = params;
      const made = newSetupIntent({ ...params, customer, automaticMethods: automatic }, account.now());
      const named = method && { payment_method: method.id, status: 'requires_confirmation' };
      const intent = account.store.setupIntents.put({ ...made, ...named });
      account.record('setup_intent.created', intent, { request });
      return params.confirm ? confirm(account, intent, method, params.return_url, request) : intent;
    },
  }),
  route({
    method: 'GET',
    path: '/v1/setup_intents/:id',
    answers: 'setup_intent',
    params: {},
    handle: ({ account, id }) => existing(account, id),
  }),
  route({
    method: 'POST',
    path: '/v1/setup_intents/:id/confirm',
    answers: 'setup_intent',
    params: confirmParams,
    handle({ account, id, params, request }) {
      const intent = existing(account, id);
      const named = params.payment_method ?? intent.payment_method;
      const method = named === null ? undefined : methodNamed(account, idOf(named));
      return confirm(account, intent, method, params.return_url, request);
    },
  }),
  route({
    method: 'POST',
    path: '/v1/setup_intents/:id/cancel',
    answers: 'setup_intent',
    params: cancelParams,
    handle({ account, id, params, request }) {
      const intent = existing(account, id);
      if (!cancelable.includes(intent.status) || ofCheckout(account, id)) throw notCancelable(account, intent);
      const canceled = account.store.setupIntents.update(id, {
        cancellation_reason: params.cancellation_reason ?? null,
        next_action: null,
        status: 'canceled',
      });
      account.record('setup_intent.canceled', canceled, { request });
      return canceled;
    },
  }),
  listRoute({
    path: '/v1/setup_intents',
    object: 'setup_intent',
    filters,
    from: (account) => account.store.setupIntents.newestFirst(),
    keep: (intent, { customer, payment_method: method }) =>
      (customer === undefined || intent.customer === customer) &&
      (method === undefined || intent.payment_method === method),
  }),
];

function confirm(
  account: Account,
  intent: Stripe.SetupIntent,
  method: Stripe.PaymentMethod | undefined,
  returnUrl: string | undefined,
  request: Stripe.Event.Request,
): Stripe.SetupIntent {
  if (!method) {
    throw wrongState(
      "You cannot confirm this SetupIntent because it's missing a payment method. You can either update the " +
        'SetupIntent with a payment method and then confirm it again, or confirm it again directly with a payment ' +
        'method or ConfirmationToken.',
      intent,
    );
  }
  if (intent.status === 'succeeded') {
    throw wrongState('You cannot confirm this SetupIntent because it has already succeeded.', intent);
  }
  if (intent.status === 'canceled') {
    throw wrongState('You cannot confirm this SetupIntent because it has been canceled.', intent);
  }
  if (ofCheckout(account, intent.id)) {
    throw wrongState('You cannot confirm this SetupIntent because it was created by a Checkout Session.', intent);
  }
  const customer = typeof intent.customer === 'string' ? intent.customer : null;
  checkUsable(account, method, customer, { noun: 'SetupIntent', setup_intent: intent });
  requireReturnUrl(intent, returnUrl, { setup_intent: intent });
  const result = setUp(account, intent, method, { returnUrl: returnUrl ?? null, request });
  if (result.outcome !== 'declined') return result.intent;
  const { advice, code, declineCode, message, networkDeclineCode } = result.decline;
  throw new StripeApiError(402, {
    advice_code: advice,
    code,
    decline_code: declineCode,
    message,
    ...(networkDeclineCode !== null && { network_decline_code: networkDeclineCode }),
    payment_method: method,
    setup_intent: result.intent,
    type: 'card_error',
  });
}

function existing(account: Account, id: string): Stripe.SetupIntent {
  const intent = account.store.setupIntents.find(id);
  if (!intent) throw noSuch('setupintent', id, 'intent', 404);
  return intent;
}

/** Such a one is confirmed on the hosted page only, and ends with its session. */
function ofCheckout({ store }: Account, id: string): boolean {
  return store.checkoutSessions.filter(({ setup_intent: intent }) => intent === id).length > 0;
}

function wrongState(message: string, intent: Stripe.SetupIntent): StripeApiError {
  return invalidRequest(message, { code: 'setup_intent_unexpected_state', setup_intent: intent });
}

function notCancelable(account: Account, intent: Stripe.SetupIntent): StripeApiError {
  if (intent.status === 'canceled') {
    return wrongState('You cannot cancel this SetupIntent because it is already canceled.', intent);
  }
  if (intent.status !== 'succeeded' && ofCheckout(account, intent.id)) {
    return wrongState('You cannot cancel the SetupIntent of a Checkout Session. Expire the session instead.', intent);
  }
  const message =
    `You cannot cancel this SetupIntent because it has a status of ${intent.status}. Only a SetupIntent with one of ` +
    'the following statuses may be canceled: `requires_payment_method`, `requires_confirmation`, or `requires_action`.';
  return wrongState(message, intent);
}
