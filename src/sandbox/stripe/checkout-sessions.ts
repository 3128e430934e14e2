import type Stripe from 'stripe';
import type { Account } from './account.js';
import { checkoutFrom, firstDraft, lineItemOf, taxOf } from './billing/checkout.js';
import { customerDetails, newBasket, newSession } from './checkout-session-object.js';
import {
  sessionCreateParams,
  sessionListFilters,
  type LineItemCreate,
  type SessionCreate,
} from './checkout-session-params.js';
import { customerNamed } from './customers.js';
import { invalidRequest, missingParameter, noSuch, notInSandbox } from './errors.js';
import { lineItemsOf } from './expand.js';
import { idOf } from './ids.js';
import { listRoute, page, paging } from './lists.js';
import { checkCheckoutTotal, checkCurrency } from './money.js';
import type { BillingDetails } from './payment-method-object.js';
import { route } from './routes.js';
import { settled } from './settlement.js';
import { newSetupIntent } from './setup-intent-object.js';
import type { Store } from './store.js';

const shortestSeconds = 30 * 60;
const longestSeconds = 24 * 60 * 60;

export const checkoutSessionRoutes = [
  route({
    method: 'POST',
    path: '/v1/checkout/sessions',
    answers: 'checkout.session',
    params: sessionCreateParams,
    handle: ({ account, params, request }) => createSession(account, params, request),
  }),
  route({
    method: 'GET',
    path: '/v1/checkout/sessions/:id',
    answers: 'checkout.session',
    params: {},
    handle: ({ account, id }) => existingSession(account.store, id),
  }),
  route({
    method: 'POST',
    path: '/v1/checkout/sessions/:id/expire',
    answers: 'checkout.session',
    params: {},
    handle({ account, id, request }) {
      const { status } = existingSession(account.store, id);
      if (status === 'open') return expireSession(account, id, request);
      const message =
        'Only Checkout Sessions with a status in ["open"] can be expired. ' +
        `This Checkout Session has a status of \`${status}\`.`;
      throw invalidRequest(message);
    },
  }),
  route({
    method: 'GET',
    path: '/v1/checkout/sessions/:id/line_items',
    answers: 'list<item>',
    params: paging,
    handle({ account, id, params }) {
      const { data, url } = lineItemsOf(account.store, existingSession(account.store, id).id);
      return page(data, params, () => true, url, 'item');
    },
  }),
  listRoute({
    path: '/v1/checkout/sessions',
    object: 'checkout.session',
    filters: sessionListFilters,
    from: (account) => account.store.checkoutSessions.newestFirst(),
    keep: (session, { customer, customer_details: details, payment_intent: intent, status, subscription }) =>
      (customer === undefined || session.customer === customer) &&
      (details === undefined || session.customer_details?.email === details.email) &&
      (intent === undefined || session.payment_intent === intent) &&
      (subscription === undefined || session.subscription === subscription) &&
      (status === undefined || session.status === status),
  }),
];

/** Sessions expire by themselves. Called before every request is answered, and by a timer. */
export function expireDueSessions(account: Account): void {
  const now = account.now();
  const due = account.store.checkoutSessions.filter(({ status, expires_at }) => status === 'open' && expires_at <= now);
  for (const session of due) expireSession(account, session.id);
}

/** Nothing is said to Stripe's customer when a buyer merely leaves; this is the end of the session. */
export function expireSession(account: Account, id: string, request?: Stripe.Event.Request): Stripe.Checkout.Session {
  const expired = account.store.checkoutSessions.update(id, { status: 'expired', url: null });
  account.record('checkout.session.expired', expired, { request });
  return expired;
}

/** The buyer has done all there is to do on the page. */
export function completeSession(
  account: Account,
  id: string,
  paymentStatus: Stripe.Checkout.Session.PaymentStatus,
  { email, name }: BillingDetails,
): Stripe.Checkout.Session {
  const known = existingSession(account.store, id).customer_details;
  const completed = account.store.checkoutSessions.update(id, {
    customer_details: customerDetails(email ?? known?.email ?? null, name ?? known?.name ?? null),
    payment_status: paymentStatus,
    status: 'complete',
    url: null,
  });
  account.record('checkout.session.completed', completed);
  return completed;
}

/** For a buyer who is at its page. */
export function openSession(account: Account, id: string, mode: Stripe.Checkout.Session.Mode): Stripe.Checkout.Session {
  expireDueSessions(account);
  const session = existingSession(account.store, id);
  if (session.mode !== mode) throw new Error(`Checkout Session ${id} is in mode ${session.mode}.`);
  if (session.status !== 'open') throw new Error(`Checkout Session ${id} is ${session.status}, so it cannot be paid.`);
  return session;
}

export function existingSession(store: Store, id: string): Stripe.Checkout.Session {
  const session = store.checkoutSessions.find(id);
  if (!session) throw noSuch('checkout.session', id, 'session', 404);
  return session;
}

function createSession(
  account: Account,
  params: SessionCreate,
  request: Stripe.Event.Request,
): Stripe.Checkout.Session {
  if (params.ui_mode !== undefined && params.ui_mode !== 'hosted_page') {
    throw notInSandbox(`Checkout Sessions with ui_mode ${params.ui_mode}`, 'ui_mode');
  }
  if (params.customer !== undefined && params.customer_email !== undefined) {
    throw invalidRequest('You may only specify one of these parameters: customer, customer_email.', {
      param: 'customer',
    });
  }
  const customer = params.customer === undefined ? null : customerNamed(account.store, params.customer, 'customer');
  const { mode } = params;
  const expiresAt = expiryOf(params.expires_at, account.now());
  if (mode === 'subscription') return createSubscriptionSession(account, params, customer, expiresAt);
  checkNoSubscription(params);
  const items = soldOnce(params);
  const price = mode === 'setup' ? { amount: null, currency: setupCurrency(params) } : totalOf(account, items);
  const decided = { ...price, mode, customer, expiresAt };
  const made = account.store.checkoutSessions.put(newSession(account, params, decided));
  const session = mode === 'setup' ? withSetupIntent(account, made, params.setup_intent_data, request) : made;
  account.store.baskets.put(newBasket(account, session.id, params, items));
  return session;
}

/** What it costs now is on the page; the subscription begins when it is paid. */
function createSubscriptionSession(
  account: Account,
  params: SessionCreate,
  customer: Stripe.Customer | null,
  expiresAt: number,
): Stripe.Checkout.Session {
  const checkout = checkoutFrom(account, params);
  const first = firstDraft(account, checkout, customer);
  const { currency, subtotal, total: amount } = first;
  const decided = { mode: 'subscription', amount, subtotal, tax: taxOf(first), currency, customer, expiresAt } as const;
  const session = account.store.checkoutSessions.put(newSession(account, params, decided));
  const kept = account.store.subscriptionCheckouts.put({ ...checkout, id: session.id });
  const basket = newBasket(account, session.id, params, []);
  account.store.baskets.put({ ...basket, lineItems: [lineItemOf(account, kept, first)] });
  return session;
}

function checkNoSubscription({ mode, ...params }: SessionCreate): void {
  const only = (['subscription_data', 'payment_method_collection'] as const).find((name) => params[name] !== undefined);
  if (only !== undefined) throw invalidRequest(`You can not pass \`${only}\` in \`${mode}\` mode.`, { param: only });
}

/** The items of a session that is no subscription name their own prices. */
function soldOnce({ line_items: items = [] }: SessionCreate): LineItemCreate[] {
  return items.map((item, index) => {
    const { price_data: data } = item;
    const name = `line_items[${index}]`;
    if (item.price !== undefined) throw notInSandbox(`${name}[price]`, `${name}[price]`);
    if (!data) throw missingParameter(`${name}[price_data]`);
    return { ...item, price_data: data };
  });
}

/** Nothing is sold, but the currency decides which ways to pay are offered. */
function setupCurrency(params: SessionCreate): string | null {
  const sold = (['line_items', 'payment_intent_data'] as const).find((name) => params[name] !== undefined);
  if (sold !== undefined) throw invalidRequest(`You can not pass \`${sold}\` in \`setup\` mode.`, { param: sold });
  if (params.currency === undefined && !params.allowed_payment_method_types) throw missingParameter('currency');
  return params.currency === undefined ? null : checkCurrency(params.currency, 'currency');
}

/** Unlike a PaymentIntent, it is there from the beginning. */
function withSetupIntent(
  account: Account,
  session: Stripe.Checkout.Session,
  data: SessionCreate['setup_intent_data'],
  request: Stripe.Event.Request,
): Stripe.Checkout.Session {
  const customer = session.customer === null ? null : idOf(session.customer);
  const intent = account.store.setupIntents.put(newSetupIntent({ ...data, customer }, account.now()));
  account.record('setup_intent.created', intent, { request });
  return account.store.checkoutSessions.update(session.id, { setup_intent: intent.id });
}

function totalOf(account: Account, items: LineItemCreate[]): { amount: number; currency: string } {
  const currencies = items.map((item, index) =>
    checkCurrency(item.price_data.currency, `line_items[${index}][price_data][currency]`),
  );
  const currency = currencies[0];
  if (currency === undefined) throw missingParameter('line_items');
  if (currencies.some((other) => other !== currency)) {
    throw invalidRequest('All line items of a Checkout Session must have the same currency.', {
      param: 'line_items[currency]',
    });
  }
  const amount = items.reduce((sum, item) => sum + item.price_data.unit_amount * item.quantity, 0);
  checkCheckoutTotal({ amount, currency, settled: settled(account, amount, currency) });
  return { amount, currency };
}

function expiryOf(wanted: number | undefined, now: number): number {
  if (wanted === undefined) return now + longestSeconds;
  const subject = 'The `expires_at` timestamp must be';
  const param = 'expires_at';
  if (wanted < now + shortestSeconds) {
    throw invalidRequest(`${subject} at least 30 minutes from Checkout Session creation.`, { param });
  }
  if (wanted > now + longestSeconds) {
    throw invalidRequest(`${subject} less than 24 hours from Checkout Session creation.`, { param });
  }
  return wanted;
}
