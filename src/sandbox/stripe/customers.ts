import type Stripe from 'stripe';
import { clockNamed, onClockOf } from './billing/clocks.js';
import { endSubscriptionsOf } from './billing/ending.js';
import { invalidRequest, noSuch } from './errors.js';
import { idOf, newId, randomText } from './ids.js';
import { createdFilter, listRoute } from './lists.js';
import { applyMetadata, metadata } from './metadata.js';
import { email, emptyable, hash, listOf, oneOf, text, unsupported, type ParamsOf, type ShapeOf } from './params.js';
import { route } from './routes.js';
import type { Store } from './store.js';

const addressParts = {
  city: emptyable(text()),
  country: emptyable(text()),
  line1: emptyable(text()),
  line2: emptyable(text()),
  postal_code: emptyable(text()),
  state: emptyable(text()),
};

const invoiceSettings = {
  custom_fields: unsupported(),
  default_payment_method: emptyable(text()),
  footer: unsupported(),
  rendering_options: unsupported(),
} satisfies ShapeOf<Stripe.CustomerUpdateParams.InvoiceSettings>;

const shared = {
  address: emptyable(hash(addressParts)),
  description: emptyable(text()),
  email: emptyable(email()),
  metadata: metadata(),
  name: emptyable(text({ max: 256 })),
  phone: emptyable(text()),
  preferred_locales: listOf(text()),
  tax_exempt: emptyable(oneOf('none', 'exempt', 'reverse')),
  balance: unsupported(),
  business_name: unsupported(),
  cash_balance: unsupported(),
  individual_name: unsupported(),
  invoice_prefix: unsupported(),
  invoice_settings: hash(invoiceSettings),
  next_invoice_sequence: unsupported(),
  shipping: unsupported(),
  source: unsupported(),
  tax: unsupported(),
  validate: unsupported(),
};
const createParams = {
  ...shared,
  payment_method: unsupported(),
  tax_id_data: unsupported(),
  test_clock: text(),
} satisfies ShapeOf<Stripe.CustomerCreateParams>;
const updateParams = { ...shared, default_source: unsupported() } satisfies ShapeOf<Stripe.CustomerUpdateParams>;

/** The customer that a parameter names; a deleted one does not count. */
export function customerNamed(store: Store, id: string, param: string): Stripe.Customer {
  const customer = store.customers.find(id);
  if (customer && !customer.deleted) return customer;
  throw noSuch('customer', id, param, 400);
}

export const customerRoutes = [
  route({
    method: 'POST',
    path: '/v1/customers',
    answers: 'customer',
    params: createParams,
    handle({ account, params, request }) {
      // Nothing is attached to a customer that is not there yet.
      if (params.invoice_settings?.default_payment_method) {
        throw notTheirs(params.invoice_settings.default_payment_method, defaultMethod);
      }
      const clock = params.test_clock === undefined ? undefined : clockNamed(account, params.test_clock);
      const blank = blankCustomer(clock?.frozen_time ?? account.now());
      const customer = account.store.customers.put({
        ...blank,
        ...changesFrom(params, {}),
        test_clock: clock?.id ?? null,
      });
      account.record('customer.created', customer, { request });
      return customer;
    },
  }),
  route({
    method: 'GET',
    path: '/v1/customers/:id',
    answers: 'customer',
    params: {},
    handle: ({ account, id }) => existingCustomer(account.store, id),
  }),
  route({
    method: 'POST',
    path: '/v1/customers/:id',
    answers: 'customer',
    params: updateParams,
    handle({ account, id, params, request }) {
      const before = undeleted(account.store, id);
      const settings = invoiceSettingsOf(account.store, before, params.invoice_settings);
      const customer: Stripe.Customer = { ...before, ...changesFrom(params, before.metadata), ...settings };
      account.store.customers.put(customer);
      const previous = Object.fromEntries(
        Object.entries(before).filter(([key, value]) => !same(value, Reflect.get(customer, key))),
      );
      if (Object.keys(previous).length > 0) account.record('customer.updated', customer, { request, previous });
      return customer;
    },
  }),
  route({
    method: 'DELETE',
    path: '/v1/customers/:id',
    answers: 'customer',
    params: {},
    handle({ account, id, request }) {
      const customer = undeleted(account.store, id);
      onClockOf(account, id, () => endSubscriptionsOf(account, id, request));
      const deleted: Stripe.DeletedCustomer = { id, object: 'customer', deleted: true };
      account.store.customers.put(deleted);
      account.record('customer.deleted', customer, { request });
      return deleted;
    },
  }),
  listRoute({
    path: '/v1/customers',
    object: 'customer',
    filters: { ...createdFilter, email: text(), test_clock: text() },
    from: (account) => account.store.customers.newestFirst().filter((customer) => !customer.deleted),
    // Those on a test clock are listed only where it is asked for.
    keep: (customer, { email: wanted, test_clock: clock = null }) =>
      (wanted === undefined || customer.email === wanted) && customer.test_clock === clock,
  }),
];

export function existingCustomer(store: Store, id: string): Stripe.Customer | Stripe.DeletedCustomer {
  const customer = store.customers.find(id);
  if (!customer) throw noSuch('customer', id, 'id', 404);
  return customer;
}

function undeleted(store: Store, id: string): Stripe.Customer {
  const customer = existingCustomer(store, id);
  if (customer.deleted) throw noSuch('customer', id, 'id', 404);
  return customer;
}

function changesFrom(
  params: Partial<ParamsOf<typeof shared>>,
  currentMetadata: Stripe.Metadata,
): Partial<Stripe.Customer> {
  const { address, description, email: mail, name, phone, preferred_locales, tax_exempt } = params;
  const changes = {
    address: address && fullAddress(address),
    description,
    email: mail,
    metadata: applyMetadata(currentMetadata, params.metadata),
    name,
    phone,
    preferred_locales,
    tax_exempt,
  } satisfies Partial<Stripe.Customer>;
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}

function invoiceSettingsOf(
  store: Store,
  customer: Stripe.Customer,
  change: ParamsOf<typeof invoiceSettings> | undefined,
): Pick<Stripe.Customer, 'invoice_settings'> {
  const { invoice_settings: current } = customer;
  const id = change?.default_payment_method;
  if (id === undefined) return { invoice_settings: current };
  if (id !== null) checkTheirs(store, customer, id, defaultMethod);
  return { invoice_settings: { ...current, default_payment_method: id } };
}

const defaultMethod = 'invoice_settings[default_payment_method]';

/** Refuses a payment method that is not attached to this customer. */
export function checkTheirs(store: Store, customer: string | { id: string }, method: string, param: string): void {
  if (store.paymentMethods.find(method)?.customer !== idOf(customer)) throw notTheirs(method, param);
}

function notTheirs(id: string, param: string): Error {
  const message =
    `The customer does not have a payment method with the ID ${id}. The payment method must be attached to the ` +
    'customer.';
  return invalidRequest(message, { code: 'resource_missing', param });
}

function fullAddress(parts: ParamsOf<typeof addressParts>): Stripe.Address {
  const { city = null, country = null, line1 = null, line2 = null, postal_code = null, state = null } = parts;
  return { city, country, line1, line2, postal_code, state };
}

export function blankCustomer(created: number): Stripe.Customer {
  return {
    id: newId('customer'),
    object: 'customer',
    address: null,
    balance: 0,
    created,
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: null,
    discount: null,
    email: null,
    invoice_prefix: randomText(8).toUpperCase(),
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    livemode: false,
    metadata: {},
    name: null,
    next_invoice_sequence: 1,
    phone: null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
  };
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
