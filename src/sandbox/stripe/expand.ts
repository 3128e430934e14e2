import type Stripe from 'stripe';
import type { Account } from './account.js';
import { intentPaying, paymentsOf } from './billing/invoicing.js';
import { invalidRequest } from './errors.js';
import { asOfNow } from './settlement.js';
import type { Store } from './store.js';

/** What an `expand[]` path leads to: an object of this name, or `list<name>`. */
type Kind = string;
type Owner = Record<string, unknown>;
interface Expandable {
  kind: Kind;
  load(account: Account, owner: Owner, field: string): unknown;
}

/** Subscriptions and what belongs to them; what is part of an object is stepped through on the way. */
const billingExpandables: Record<Kind, Record<string, Expandable>> = {
  subscription: {
    customer: reference('customer', (store) => store.customers),
    default_payment_method: reference('payment_method', (store) => store.paymentMethods),
    items: part('list<subscription_item>'),
    latest_invoice: reference('invoice', (store) => store.invoices),
    schedule: reference('subscription_schedule', (store) => store.subscriptionSchedules),
    test_clock: reference('test_clock', (store) => store.testClocks),
  },
  subscription_item: { price: part('price') },
  subscription_schedule: {
    customer: reference('customer', (store) => store.customers),
    subscription: reference('subscription', (store) => store.subscriptions),
    test_clock: reference('test_clock', (store) => store.testClocks),
  },
  invoice: {
    confirmation_secret: {
      kind: 'confirmation_secret',
      load: (account, invoice) => {
        const secret = intentPaying(account, String(invoice.id))?.client_secret;
        return secret ? { client_secret: secret, type: 'payment_intent' } : undefined;
      },
    },
    customer: reference('customer', (store) => store.customers),
    lines: part('list<line_item>'),
    parent: part('invoice_parent'),
    payments: { kind: 'list<invoice_payment>', load: (account, invoice) => paymentsOf(account, String(invoice.id)) },
    test_clock: reference('test_clock', (store) => store.testClocks),
  },
  invoice_parent: { subscription_details: part('subscription_details') },
  subscription_details: { subscription: reference('subscription', (store) => store.subscriptions) },
  line_item: {
    pricing: part('pricing'),
    subscription: reference('subscription', (store) => store.subscriptions),
  },
  pricing: { price_details: part('price_details') },
  price_details: { price: reference('price', (store) => store.prices) },
  invoice_payment: { invoice: reference('invoice', (store) => store.invoices), payment: part('payment') },
  payment: {
    charge: reference('charge', (store) => store.charges),
    payment_intent: reference('payment_intent', (store) => store.paymentIntents),
  },
  customer: { test_clock: reference('test_clock', (store) => store.testClocks) },
};

/** Per object, the fields that can be expanded. New resources add a line here. */
const expandables: Record<Kind, Record<string, Expandable>> = {
  'checkout.session': {
    customer: reference('customer', (store) => store.customers),
    payment_intent: reference('payment_intent', (store) => store.paymentIntents),
    invoice: reference('invoice', (store) => store.invoices),
    subscription: reference('subscription', (store) => store.subscriptions),
    setup_intent: reference('setup_intent', (store) => store.setupIntents),
    line_items: {
      kind: 'list<item>',
      load: ({ store }, session) => lineItemsOf(store, String(session.id)),
    },
  },
  item: { price: { kind: 'price', load: (_, item, field) => item[field] } },
  price: { product: reference('product', (store) => store.products) },
  payment_intent: {
    customer: reference('customer', (store) => store.customers),
    latest_charge: reference('charge', (store) => store.charges),
    payment_method: reference('payment_method', (store) => store.paymentMethods),
  },
  payment_method: { customer: reference('customer', (store) => store.customers) },
  setup_intent: {
    customer: reference('customer', (store) => store.customers),
    payment_method: reference('payment_method', (store) => store.paymentMethods),
  },
  charge: {
    balance_transaction: balanceTransaction(),
    customer: reference('customer', (store) => store.customers),
    payment_intent: reference('payment_intent', (store) => store.paymentIntents),
    refunds: { kind: 'list<refund>', load: ({ store }, charge) => refundsOf(store, String(charge.id)) },
  },
  refund: {
    balance_transaction: balanceTransaction(),
    charge: reference('charge', (store) => store.charges),
    failure_balance_transaction: balanceTransaction(),
    payment_intent: reference('payment_intent', (store) => store.paymentIntents),
  },
  dispute: {
    charge: reference('charge', (store) => store.charges),
    payment_intent: reference('payment_intent', (store) => store.paymentIntents),
  },
  balance_transaction: {
    source: reference('source', (store) => ({
      find: (id) =>
        store.charges.find(id) ??
        store.refunds.find(id) ??
        store.disputes.find(id) ??
        store.transfers.find(id) ??
        store.transferReversals.find(id) ??
        store.payouts.find(id),
    })),
  },
  /** A charge, a refund, a transfer, …: what any of them refers to. */
  source: {
    charge: reference('charge', (store) => store.charges),
    payment_intent: reference('payment_intent', (store) => store.paymentIntents),
    source_transaction: reference('charge', (store) => store.charges),
    transfer: reference('transfer', (store) => store.transfers),
  },
  ...billingExpandables,
  payout: { balance_transaction: balanceTransaction(), failure_balance_transaction: balanceTransaction() },
  transfer: {
    balance_transaction: balanceTransaction(),
    destination: reference('account', (store) => store.connectedAccounts),
    source_transaction: reference('charge', (store) => store.charges),
  },
  transfer_reversal: {
    balance_transaction: balanceTransaction(),
    transfer: reference('transfer', (store) => store.transfers),
  },
};

const maximumDepth = 4;

/** Checked before anything is done, like every other parameter. */
export function checkExpand(kind: Kind, paths: string[]): void {
  for (const path of paths) {
    const segments = path.split('.');
    if (segments.length > maximumDepth) {
      throw invalidRequest(`You cannot expand more than ${maximumDepth} levels of a property. Property: ${path}`);
    }
    segments.reduce((current, segment) => {
      const next = segment === 'data' ? elementOf(current) : expandables[current]?.[segment]?.kind;
      if (next) return next;
      const element = elementOf(current);
      const hint =
        element && expandables[element]?.[segment] ? ` You may want to try expanding 'data.${path}' instead.` : '';
      throw invalidRequest(`This property cannot be expanded (${path}).${hint}`);
    }, kind);
  }
}

export function expand(account: Account, kind: Kind, object: object, paths: string[]): object {
  return paths.reduce((expanded, path) => expandPath(account, kind, expanded, path.split('.')), object);
}

export function lineItemsOf(store: Store, sessionId: string): Stripe.ApiList<Stripe.LineItem> {
  const data = store.baskets.get(sessionId).lineItems;
  return { object: 'list', data, has_more: false, url: `/v1/checkout/sessions/${sessionId}/line_items` };
}

function expandPath(account: Account, kind: Kind, object: object, [field, ...rest]: string[]): object {
  if (field === undefined) return object;
  const owner: Owner = { ...object };
  const element = elementOf(kind);
  if (element && Array.isArray(owner.data)) {
    const data = owner.data.map((item: object) => expandPath(account, element, item, rest));
    return { ...owner, data };
  }
  const expandable = expandables[kind]?.[field];
  // An object that an earlier path has expanded already is kept with its expansions.
  const current = owner[field];
  const value = typeof current === 'object' && current !== null ? current : expandable?.load(account, owner, field);
  if (!expandable || typeof value !== 'object' || value === null) return owner;
  return { ...owner, [field]: expandPath(account, expandable.kind, value, rest) };
}

function reference(kind: Kind, of: (store: Store) => { find(id: string): object | undefined }): Expandable {
  return {
    kind,
    load: ({ store }, owner, field) => {
      const id = owner[field];
      return typeof id === 'string' ? of(store).find(id) : undefined;
    },
  };
}

/** Is there already, and only stepped through. */
function part(kind: Kind): Expandable {
  return { kind, load: (_, owner, field) => owner[field] };
}

function balanceTransaction(): Expandable {
  return {
    kind: 'balance_transaction',
    load(account, owner, field) {
      const id = owner[field];
      const found = typeof id === 'string' ? account.store.balanceTransactions.find(id) : undefined;
      return found && asOfNow(found, account.now());
    },
  };
}

function refundsOf(store: Store, chargeId: string): Stripe.ApiList<Stripe.Refund> {
  const data = store.refunds.filter(({ charge }) => charge === chargeId).reverse();
  return {
    object: 'list',
    data: data.slice(0, 10),
    has_more: data.length > 10,
    url: `/v1/charges/${chargeId}/refunds`,
  };
}

function elementOf(kind: Kind): Kind | undefined {
  return /^list<(.+)>$/.exec(kind)?.[1];
}
