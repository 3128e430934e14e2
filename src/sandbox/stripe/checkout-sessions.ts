import type Stripe from 'stripe';
import type { Account } from './account.js';
import { newBasket, newSession } from './checkout-session-object.js';
import { sessionCreateParams, sessionListFilters, type SessionCreate } from './checkout-session-params.js';
import { customerNamed } from './customers.js';
import { invalidRequest, missingParameter, noSuch, notInSandbox } from './errors.js';
import { lineItemsOf } from './expand.js';
import { listRoute, page, paging } from './lists.js';
import { checkCheckoutTotal, checkCurrency } from './money.js';
import { route } from './routes.js';
import type { Store } from './store.js';

const shortestSeconds = 30 * 60;
const longestSeconds = 24 * 60 * 60;

export const checkoutSessionRoutes = [
  route({
    method: 'POST',
    path: '/v1/checkout/sessions',
    answers: 'checkout.session',
    params: sessionCreateParams,
    handle: ({ account, params }) => createSession(account, params),
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
    keep: (session, { customer, customer_details: details, payment_intent: intent, status }) =>
      (customer === undefined || session.customer === customer) &&
      (details === undefined || session.customer_details?.email === details.email) &&
      (intent === undefined || session.payment_intent === intent) &&
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

export function existingSession(store: Store, id: string): Stripe.Checkout.Session {
  const session = store.checkoutSessions.find(id);
  if (!session) throw noSuch('checkout.session', id, 'session', 404);
  return session;
}

function createSession(account: Account, params: SessionCreate): Stripe.Checkout.Session {
  if (params.mode !== 'payment') throw notInSandbox(`Checkout Sessions in mode ${params.mode}`, 'mode');
  if (params.ui_mode !== undefined && params.ui_mode !== 'hosted_page') {
    throw notInSandbox(`Checkout Sessions with ui_mode ${params.ui_mode}`, 'ui_mode');
  }
  if (params.customer !== undefined && params.customer_email !== undefined) {
    throw invalidRequest('You may only specify one of these parameters: customer, customer_email.', {
      param: 'customer',
    });
  }
  const customer = params.customer === undefined ? null : customerNamed(account.store, params.customer, 'customer');
  const decided = { ...totalOf(params), customer, expiresAt: expiryOf(params.expires_at, account.now()) };
  const session = account.store.checkoutSessions.put(newSession(account, params, decided));
  account.store.baskets.put(newBasket(account, session.id, params));
  return session;
}

function totalOf({ line_items: items }: SessionCreate): { amount: number; currency: string } {
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
  checkCheckoutTotal(amount, currency);
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
