import type Stripe from 'stripe';
import type { Account } from '../account.js';
import { invalidRequest, notInSandbox } from '../errors.js';
import { idOf, newId } from '../ids.js';
import { applyMetadata, metadata } from '../metadata.js';
import {
  emptyable,
  flag,
  hash,
  integer,
  listOf,
  moment,
  oneOf,
  required,
  text,
  unsupported,
  type ParamsOf,
  type ShapeOf,
} from '../params.js';
import { boundary, intervalOf, type Interval } from './periods.js';
import { recurringPrice } from './prices.js';
import type { Subscription } from './records.js';
import { itemOf, periodOf } from './subscription-object.js';
import { taxRatesNamed } from './tax-rates.js';

type Schedule = Stripe.SubscriptionSchedule;
type Phase = Stripe.SubscriptionSchedule.Phase;

const item = {
  billing_thresholds: unsupported(),
  discounts: unsupported(),
  metadata: unsupported(),
  plan: unsupported(),
  price: required(text()),
  price_data: unsupported(),
  quantity: integer({ min: 1 }),
  tax_rates: unsupported(),
} satisfies ShapeOf<Stripe.SubscriptionScheduleUpdateParams.Phase.Item>;

const duration = {
  interval: required(oneOf('day', 'month', 'week', 'year')),
  interval_count: integer({ min: 1 }),
} satisfies ShapeOf<Stripe.SubscriptionScheduleUpdateParams.Phase.Duration>;

export const phaseParams = {
  add_invoice_items: unsupported(),
  application_fee_percent: unsupported(),
  automatic_tax: unsupported(),
  billing_cycle_anchor: unsupported(),
  billing_thresholds: unsupported(),
  collection_method: unsupported(),
  currency: text(),
  default_payment_method: unsupported(),
  default_tax_rates: emptyable(listOf(text())),
  description: unsupported(),
  discounts: unsupported(),
  duration: hash(duration),
  end_date: moment(),
  invoice_settings: unsupported(),
  items: required(listOf(hash(item))),
  metadata: metadata(),
  on_behalf_of: unsupported(),
  proration_behavior: oneOf('always_invoice', 'create_prorations', 'none'),
  start_date: moment(),
  transfer_data: unsupported(),
  trial: flag(),
  trial_end: moment(),
} satisfies ShapeOf<Stripe.SubscriptionScheduleUpdateParams.Phase>;

type PhaseOrder = ParamsOf<typeof phaseParams>;

/** Of a subscription as it stands: one phase, which ends with its period. */
export function newSchedule(subscription: Subscription, meta: Stripe.Metadata, now: number): Schedule {
  const { start, end } = periodOf(subscription);
  const { price, quantity } = itemOf(subscription);
  const phase = newPhase(subscription, { price: price.id, quantity: quantity ?? 1, start, end });
  return {
    id: newId('subscription_schedule'),
    object: 'subscription_schedule',
    application: null,
    billing_mode: subscription.billing_mode,
    canceled_at: null,
    completed_at: null,
    created: now,
    current_phase: { start_date: start, end_date: end },
    customer: idOf(subscription.customer),
    customer_account: null,
    default_settings: {
      application_fee_percent: null,
      automatic_tax: { disabled_reason: null, enabled: false, liability: null },
      billing_cycle_anchor: 'automatic',
      billing_thresholds: null,
      collection_method: 'charge_automatically',
      default_payment_method: subscription.default_payment_method,
      description: null,
      invoice_settings: {
        account_tax_ids: null,
        custom_fields: null,
        days_until_due: null,
        description: null,
        footer: null,
        issuer: { type: 'self' },
      },
      on_behalf_of: null,
      transfer_data: null,
    },
    end_behavior: 'release',
    livemode: false,
    metadata: meta,
    pause_schedules: [],
    phases: [{ ...phase, trial_end: subscription.status === 'trialing' ? subscription.trial_end : null }],
    released_at: null,
    released_subscription: null,
    status: 'active',
    subscription: subscription.id,
    test_clock: subscription.test_clock,
  };
}

/** One after another, from the one that runs. It cannot be moved, nor its price changed, from here. */
export function phasesFrom(
  account: Account,
  subscription: Subscription,
  schedule: Schedule,
  orders: PhaseOrder[],
): Phase[] {
  const [first] = orders;
  const begun = schedule.current_phase?.start_date ?? subscription.start_date;
  if (!first || (first.start_date !== undefined && first.start_date !== begun)) {
    throw invalidRequest('You can not modify the start date of the current phase.', { param: 'phases[0][start_date]' });
  }
  if (first.items[0]?.price !== itemOf(subscription).price.id) {
    throw notInSandbox('changing the price of the current phase of a schedule', 'phases[0][items]');
  }
  let start = begun;
  return orders.map((order, index) => {
    const made = phaseFrom(account, subscription, order, start, `phases[${index}]`);
    start = made.end_date;
    return made;
  });
}

/** The one that runs, with the end that it has now. */
export function currentPhase({ current_phase: before }: Schedule, phases: Phase[]): Schedule['current_phase'] {
  const current = phases.find(({ start_date: start }) => start === before?.start_date);
  return current ? { start_date: current.start_date, end_date: current.end_date } : before;
}

function phaseFrom(
  account: Account,
  subscription: Subscription,
  order: PhaseOrder,
  start: number,
  name: string,
): Phase {
  const [wanted, ...more] = order.items;
  if (!wanted || more.length > 0) throw notInSandbox('phases of none or several items', `${name}[items]`);
  const price = recurringPrice(account, wanted.price, `${name}[items][0][price]`);
  const { duration: lasts, end_date: wish } = order;
  const every = lasts ? { interval: lasts.interval, interval_count: lasts.interval_count ?? 1 } : intervalOf(price);
  const end = wish === 'now' ? account.now() : (wish ?? usualEnd(subscription, start, every));
  if (end <= start) throw invalidRequest('The phase must end after it starts.', { param: `${name}[end_date]` });
  if (order.start_date !== undefined && order.start_date !== start) {
    throw invalidRequest('Phases must follow one another.', { param: `${name}[start_date]` });
  }
  const rates = order.default_tax_rates;
  return {
    ...newPhase(subscription, { price: price.id, quantity: wanted.quantity ?? 1, start, end }),
    ...(rates && { default_tax_rates: taxRatesNamed(account, rates, `${name}[default_tax_rates]`) }),
    metadata: applyMetadata({}, order.metadata),
    proration_behavior: order.proration_behavior ?? 'create_prorations',
    ...(typeof order.trial_end === 'number' && { trial_end: order.trial_end }),
  };
}

/** The running period's, or one interval on. */
function usualEnd(subscription: Subscription, start: number, every: Interval): number {
  const period = periodOf(subscription);
  return start === period.start ? period.end : boundary(start, every, 1);
}

function newPhase(
  { currency }: Subscription,
  { price, quantity, start, end }: { price: string; quantity: number; start: number; end: number },
): Phase {
  return {
    add_invoice_items: [],
    application_fee_percent: null,
    billing_cycle_anchor: null,
    billing_thresholds: null,
    collection_method: null,
    currency,
    default_payment_method: null,
    description: null,
    discounts: [],
    end_date: end,
    invoice_settings: null,
    items: [{ billing_thresholds: null, discounts: [], metadata: {}, plan: price, price, quantity, tax_rates: [] }],
    metadata: {},
    on_behalf_of: null,
    proration_behavior: 'create_prorations',
    start_date: start,
    transfer_data: null,
    trial_end: null,
  };
}
