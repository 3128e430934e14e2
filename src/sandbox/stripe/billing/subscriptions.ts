import type Stripe from 'stripe';
import type { Account } from '../account.js';
import { checkTheirs, customerNamed } from '../customers.js';
import { invalidRequest, noSuch, notInSandbox } from '../errors.js';
import { isInRange, listRoute } from '../lists.js';
import { applyMetadata } from '../metadata.js';
import { route } from '../routes.js';
import { change, type ChangeWish } from './changing.js';
import { onClockOf } from './clocks.js';
import { endSubscription } from './ending.js';
import { scheduleOf } from './phases.js';
import { recurringPrice } from './prices.js';
import type { Subscription } from './records.js';
import { subscribe } from './subscribing.js';
import { itemOf } from './subscription-object.js';
import {
  cancelParams,
  createParams,
  listFilters,
  updateParams,
  type ChangedItem,
  type SubscriptionCreate,
  type SubscriptionUpdate,
} from './subscription-params.js';
import { taxRatesNamed } from './tax-rates.js';

const day = 24 * 60 * 60;

export const subscriptionRoutes = [
  route({
    method: 'POST',
    path: '/v1/subscriptions',
    answers: 'subscription',
    params: createParams,
    handle({ account, params, request }) {
      const customer = customerNamed(account.store, params.customer, 'customer');
      return onClockOf(account, customer.id, () => create(account, customer, params, request));
    },
  }),
  route({
    method: 'GET',
    path: '/v1/subscriptions/:id',
    answers: 'subscription',
    params: {},
    handle: ({ account, id }) => existingSubscription(account, id),
  }),
  route({
    method: 'POST',
    path: '/v1/subscriptions/:id',
    answers: 'subscription',
    params: updateParams,
    handle({ account, id, params, request }) {
      const subscription = existingSubscription(account, id);
      return onClockOf(account, subscription.customer, () => update(account, subscription, params, request));
    },
  }),
  route({
    method: 'DELETE',
    path: '/v1/subscriptions/:id',
    answers: 'subscription',
    params: cancelParams,
    handle({ account, id, params, request }) {
      const subscription = existingSubscription(account, id);
      if (subscription.ended_at !== null) throw noSuch('subscription', id, 'id', 404);
      if (params.invoice_now) throw notInSandbox('invoice_now=true', 'invoice_now');
      if (params.prorate) throw notInSandbox('prorate=true', 'prorate');
      const said = given(params.cancellation_details);
      const details = { ...said, reason: 'cancellation_requested' as const };
      return onClockOf(account, subscription.customer, () => endSubscription(account, subscription, details, request));
    },
  }),
  listRoute({
    path: '/v1/subscriptions',
    object: 'subscription',
    filters: listFilters,
    from: (account) => account.store.subscriptions.newestFirst(),
    keep: (subscription, wanted) =>
      hasStatus(subscription, wanted.status) &&
      (wanted.customer === undefined || subscription.customer === wanted.customer) &&
      (wanted.price === undefined || itemOf(subscription).price.id === wanted.price) &&
      isInRange(itemOf(subscription).current_period_end, wanted.current_period_end) &&
      isInRange(itemOf(subscription).current_period_start, wanted.current_period_start) &&
      // Those on a test clock are listed only where it or their customer is asked for.
      (wanted.test_clock === undefined
        ? wanted.customer !== undefined || subscription.test_clock === null
        : subscription.test_clock === wanted.test_clock),
  }),
];

export function existingSubscription(account: Account, id: string, status: 400 | 404 = 404): Subscription {
  const subscription = account.store.subscriptions.find(id);
  if (!subscription) throw noSuch('subscription', id, status === 404 ? 'id' : 'subscription', status);
  return subscription;
}

/** What is wished of the items: another price or quantity of the only one. */
export function wishFrom(
  account: Account,
  subscription: Subscription,
  items: ChangedItem[] | undefined,
  prefix = 'items',
): Pick<ChangeWish, 'price' | 'quantity'> {
  const [wanted, ...more] = items ?? [];
  if (!wanted) return {};
  const item = itemOf(subscription);
  if (more.length > 0 || wanted.id === undefined) throw notInSandbox('subscriptions of several items', prefix);
  if (wanted.id !== item.id) throw noSuch('subscription_item', wanted.id, `${prefix}[0][id]`, 400);
  const price = wanted.price === undefined ? undefined : recurringPrice(account, wanted.price, `${prefix}[0][price]`);
  return { price, quantity: wanted.quantity };
}

function create(
  account: Account,
  customer: Stripe.Customer,
  params: SubscriptionCreate,
  request: Stripe.Event.Request,
): Subscription {
  const [item, ...more] = params.items;
  if (!item || more.length > 0) throw notInSandbox('subscriptions of none or several items', 'items');
  const { default_payment_method: method, default_tax_rates: rates, trial_period_days: days } = params;
  if (method !== undefined) checkTheirs(account.store, customer, method, 'default_payment_method');
  if (days !== undefined && params.trial_end !== undefined) {
    throw invalidRequest('You may only specify one of these parameters: trial_end, trial_period_days.');
  }
  const trialEnd = days === undefined ? trialEndOf(account, params.trial_end) : account.now() + days * day;
  return subscribe(
    account,
    {
      customer,
      price: recurringPrice(account, item.price, 'items[0][price]'),
      quantity: item.quantity ?? 1,
      taxRates: taxRatesNamed(account, rates ?? [], 'default_tax_rates'),
      trialEnd,
      metadata: applyMetadata({}, params.metadata),
      description: params.description ?? null,
      method: method ?? null,
      savesMethod: params.payment_settings?.save_default_payment_method === 'on_subscription',
      missingMethod: 'create_invoice',
    },
    { behaviour: params.payment_behavior ?? 'allow_incomplete', offSession: params.off_session ?? false, request },
  );
}

function trialEndOf(account: Account, end: number | 'now' | undefined): number | null {
  if (end === undefined || end === 'now') return null;
  if (end > account.now()) return end;
  const message = 'Invalid timestamp: must be an integer Unix timestamp in the future.';
  throw invalidRequest(message, { param: 'trial_end' });
}

function update(
  account: Account,
  subscription: Subscription,
  params: SubscriptionUpdate,
  request: Stripe.Event.Request,
): Subscription {
  checkUpdatable(account, subscription, params);
  const { default_payment_method: method, default_tax_rates: rates, description, payment_settings: settings } = params;
  if (method !== undefined) {
    checkTheirs(account.store, subscription.customer, method, 'default_payment_method');
  }
  if (typeof params.trial_end === 'number') trialEndOf(account, params.trial_end);
  const wish: ChangeWish = {
    ...wishFrom(account, subscription, params.items),
    prorations: params.proration_behavior ?? 'create_prorations',
    prorationDate: params.proration_date,
    trialEnd: params.trial_end,
    resets: params.billing_cycle_anchor?.type === 'now',
  };
  const said = given(params.cancellation_details);
  const also: Partial<Subscription> = {
    metadata: applyMetadata(subscription.metadata, params.metadata),
    ...(method !== undefined && { default_payment_method: method }),
    ...(rates !== undefined && { default_tax_rates: taxRatesNamed(account, rates ?? [], 'default_tax_rates') }),
    ...(description !== undefined && { description }),
    ...(settings?.save_default_payment_method &&
      subscription.payment_settings && {
        payment_settings: {
          ...subscription.payment_settings,
          save_default_payment_method: settings.save_default_payment_method,
        },
      }),
    ...(said &&
      subscription.cancellation_details && {
        cancellation_details: { ...subscription.cancellation_details, ...said },
      }),
  };
  if (subscription.ended_at !== null) return account.store.subscriptions.update(subscription.id, also);
  const { payment_behavior: behaviour = 'allow_incomplete', off_session: offSession = false } = params;
  const changed = change(account, subscription, wish, {
    also: { ...also, ...cancellation(account, { ...subscription, ...also }, params.cancel_at_period_end) },
    behaviour,
    offSession,
    request,
  });
  return changed;
}

function checkUpdatable(account: Account, subscription: Subscription, params: SubscriptionUpdate): void {
  const asked = Object.entries(params).filter(([, value]) => value !== undefined);
  if (
    subscription.ended_at !== null &&
    asked.some(([key]) => !['cancellation_details', 'metadata', 'expand'].includes(key))
  ) {
    throw invalidRequest('A canceled subscription can only update its cancellation_details and metadata.');
  }
  const schedule = scheduleOf(account, subscription);
  if (schedule && params.cancel_at_period_end !== undefined) {
    throw invalidRequest(
      `The subscription is managed by the subscription schedule \`${schedule.id}\`, and updating any cancelation behavior directly is ` +
        'not allowed. Please update the schedule instead.',
      { param: 'cancel_at_period_end' },
    );
  }
}

/** To end with the period, or no more. */
function cancellation(
  account: Account,
  subscription: Subscription,
  wanted: boolean | undefined,
): Partial<Subscription> {
  if (wanted === undefined || wanted === subscription.cancel_at_period_end) return {};
  const details = subscription.cancellation_details;
  const reason = wanted ? ('cancellation_requested' as const) : null;
  return {
    cancel_at: wanted ? itemOf(subscription).current_period_end : null,
    cancel_at_period_end: wanted,
    canceled_at: wanted ? account.now() : null,
    ...(details && { cancellation_details: { ...details, reason } }),
  };
}

function hasStatus({ status, ended_at: ended }: Subscription, wanted: string | undefined): boolean {
  if (wanted === undefined) return status !== 'canceled';
  if (wanted === 'ended') return ended !== null;
  return wanted === 'all' || status === wanted;
}

function given(
  details: { comment?: string | null; feedback?: string | null } | undefined,
): Pick<Stripe.Subscription.CancellationDetails, 'comment' | 'feedback'> | undefined {
  return details && { comment: details.comment ?? null, feedback: details.feedback ?? null };
}
