import type Stripe from 'stripe';
import type { Account } from './account.js';
import { customerNamed, existingCustomer } from './customers.js';
import { invalidRequest } from './errors.js';
import { attach, detach, methodNamed } from './keeping-methods.js';
import { listRoute, page, paging } from './lists.js';
import { applyMetadata, metadata } from './metadata.js';
import {
  email as emailAddress,
  emptyable,
  hash,
  integer,
  oneOf,
  text,
  unsupported,
  type ParamsOf,
  type ShapeOf,
} from './params.js';
import { route } from './routes.js';

type PagingParams = 'limit' | 'starting_after' | 'ending_before';

const ofCustomerFilters = {
  allow_redisplay: oneOf('always', 'limited', 'unspecified'),
  type: text(),
} satisfies Omit<ShapeOf<Stripe.CustomerListPaymentMethodsParams>, PagingParams>;
const filters = {
  ...ofCustomerFilters,
  customer: text(),
  customer_account: unsupported(),
} satisfies Omit<ShapeOf<Stripe.PaymentMethodListParams>, PagingParams>;

const attachParams = {
  customer: text(),
  customer_account: unsupported(),
} satisfies ShapeOf<Stripe.PaymentMethodAttachParams>;

const billingDetails = { email: emptyable(emailAddress()), name: emptyable(text()), phone: emptyable(text()) };
const updateParams = {
  allow_redisplay: oneOf('always', 'limited', 'unspecified'),
  billing_details: hash(billingDetails),
  card: hash({ exp_month: integer({ min: 1, max: 12 }), exp_year: integer({ min: 1970 }) }),
  metadata: metadata(),
  us_bank_account: unsupported(),
} satisfies ShapeOf<Stripe.PaymentMethodUpdateParams>;

export const paymentMethodRoutes = [
  route({
    method: 'GET',
    path: '/v1/payment_methods/:id',
    answers: 'payment_method',
    params: {},
    handle: ({ account, id }) => methodNamed(account, id, 404),
  }),
  route({
    method: 'POST',
    path: '/v1/payment_methods/:id',
    answers: 'payment_method',
    params: updateParams,
    handle({ account, id, params, request }) {
      const before = methodNamed(account, id, 404);
      const changes = changesFrom(before, params);
      const changed = account.store.paymentMethods.update(before.id, changes);
      const keys = Object.keys(changes) as (keyof Stripe.PaymentMethod)[];
      const previous = Object.fromEntries(keys.map((key) => [key, before[key]]));
      account.record('payment_method.updated', changed, { request, previous });
      return changed;
    },
  }),
  route({
    method: 'POST',
    path: '/v1/payment_methods/:id/attach',
    answers: 'payment_method',
    params: attachParams,
    handle({ account, id, params: { customer }, request }) {
      const method = methodNamed(account, id, 404);
      if (customer !== undefined) return attach(account, method, customer, request);
      throw invalidRequest('Must provide customer or customer_account.', { code: 'parameter_missing' });
    },
  }),
  route({
    method: 'POST',
    path: '/v1/payment_methods/:id/detach',
    answers: 'payment_method',
    params: {},
    handle: ({ account, id, request }) => detach(account, methodNamed(account, id, 404), request),
  }),
  listRoute({
    path: '/v1/payment_methods',
    object: 'payment_method',
    noun: 'PaymentMethod',
    filters,
    from: (account) => account.store.paymentMethods.newestFirst(),
    keep(method, { customer, ...wanted }, account) {
      // Recorded: without a customer there is nothing to list.
      if (customer === undefined) return false;
      return method.customer === customerNamed(account.store, customer, 'customer').id && isWanted(method, wanted);
    },
  }),
  route({
    method: 'GET',
    path: '/v1/customers/:id/payment_methods',
    answers: 'list<payment_method>',
    params: { ...ofCustomerFilters, ...paging },
    handle({ account, id, params }) {
      const customer = existingCustomer(account.store, id);
      const keep = (method: Stripe.PaymentMethod) => method.customer === customer.id && isWanted(method, params);
      const url = `/v1/customers/${id}/payment_methods`;
      return page(account.store.paymentMethods.newestFirst(), params, keep, url, 'PaymentMethod');
    },
  }),
];

export interface RenewedCard {
  expMonth: number;
  expYear: number;
  last4?: string;
}

/** The card's bank has given its holder a new one, and the network tells: the saved card goes on under the same id. */
export function renewCard(account: Account, id: string, renewed: RenewedCard): Stripe.PaymentMethod {
  const before = account.store.paymentMethods.get(id);
  if (!before.card) throw new Error(`PaymentMethod ${id} is no card.`);
  const { exp_month, exp_year, last4 } = before.card;
  const card = {
    ...before.card,
    exp_month: renewed.expMonth,
    exp_year: renewed.expYear,
    last4: renewed.last4 ?? last4,
  };
  const after = account.store.paymentMethods.update(id, { card });
  const previous = { card: { exp_month, exp_year, last4 } };
  account.record('payment_method.automatically_updated', after, { previous });
  return after;
}

function isWanted(
  method: Stripe.PaymentMethod,
  { allow_redisplay: display, type }: Partial<ParamsOf<typeof ofCustomerFilters>>,
): boolean {
  return (type === undefined || method.type === type) && (display === undefined || method.allow_redisplay === display);
}

function changesFrom(
  { billing_details: billing, card, metadata: current }: Stripe.PaymentMethod,
  params: ParamsOf<typeof updateParams>,
): Partial<Stripe.PaymentMethod> {
  const { exp_month, exp_year } = params.card ?? {};
  return {
    ...(params.allow_redisplay && { allow_redisplay: params.allow_redisplay }),
    ...(params.billing_details && { billing_details: { ...billing, ...given(params.billing_details) } }),
    ...(params.card &&
      card && { card: { ...card, exp_month: exp_month ?? card.exp_month, exp_year: exp_year ?? card.exp_year } }),
    ...(params.metadata !== undefined && { metadata: applyMetadata(current ?? {}, params.metadata) }),
  };
}

function given({ email, name, phone }: ParamsOf<typeof billingDetails>): Partial<Stripe.PaymentMethod.BillingDetails> {
  return {
    ...(email !== undefined && { email }),
    ...(name !== undefined && { name }),
    ...(phone !== undefined && { phone }),
  };
}
