import type Stripe from 'stripe';
import type { Account } from '../account.js';
import { invalidRequest, missingParameter, noSuch, notInSandbox } from '../errors.js';
import { idOf } from '../ids.js';
import { createdFilter, isInRange, listRoute } from '../lists.js';
import { applyMetadata, metadata } from '../metadata.js';
import { flag, listOf, hash, oneOf, range, text, unsupported, type ParamsOf, type ShapeOf } from '../params.js';
import { route } from '../routes.js';
import { changeSubscription } from './changed.js';
import { onClockOf } from './clocks.js';
import { release } from './phases.js';
import { currentPhase, newSchedule, phaseParams, phasesFrom } from './schedule-object.js';
import { existingSubscription } from './subscriptions.js';

type Schedule = Stripe.SubscriptionSchedule;

const createParams = {
  billing_mode: unsupported(),
  customer: unsupported(),
  customer_account: unsupported(),
  default_settings: unsupported(),
  end_behavior: unsupported(),
  from_subscription: text(),
  metadata: metadata(),
  pause_schedules: unsupported(),
  phases: unsupported(),
  start_date: unsupported(),
} satisfies ShapeOf<Stripe.SubscriptionScheduleCreateParams>;

const updateParams = {
  default_settings: unsupported(),
  end_behavior: oneOf('cancel', 'release'),
  metadata: metadata(),
  pause_schedules: unsupported(),
  phases: listOf(hash(phaseParams)),
  proration_behavior: oneOf('always_invoice', 'create_prorations', 'none'),
} satisfies ShapeOf<Stripe.SubscriptionScheduleUpdateParams>;

const filters = {
  ...createdFilter,
  canceled_at: range(),
  completed_at: range(),
  customer: text(),
  customer_account: unsupported(),
  released_at: range(),
  scheduled: flag(),
} satisfies Omit<ShapeOf<Stripe.SubscriptionScheduleListParams>, 'limit' | 'starting_after' | 'ending_before'>;

export const scheduleRoutes = [
  route({
    method: 'POST',
    path: '/v1/subscription_schedules',
    answers: 'subscription_schedule',
    params: createParams,
    handle({ account, params, request }) {
      if (params.from_subscription === undefined) throw missingParameter('from_subscription');
      const subscription = existingSubscription(account, params.from_subscription, 400);
      if (subscription.ended_at !== null) {
        throw invalidRequest('You cannot migrate a subscription that is canceled.', { param: 'from_subscription' });
      }
      if (subscription.schedule !== null) {
        const message =
          'You cannot migrate a subscription that is already attached to a schedule: ' +
          `${subscription.id} is attached to ${idOf(subscription.schedule)}.`;
        throw invalidRequest(message, { param: 'from_subscription' });
      }
      if (subscription.cancel_at_period_end) throw notInSandbox('a schedule of a subscription that is to end');
      return onClockOf(account, subscription.customer, () => {
        const made = newSchedule(subscription, applyMetadata({}, params.metadata), account.now());
        const schedule = account.store.subscriptionSchedules.put(made);
        account.record('subscription_schedule.created', schedule, { request });
        changeSubscription(account, subscription.id, { schedule: schedule.id }, request);
        return schedule;
      });
    },
  }),
  route({
    method: 'GET',
    path: '/v1/subscription_schedules/:id',
    answers: 'subscription_schedule',
    params: {},
    handle: ({ account, id }) => existing(account, id),
  }),
  route({
    method: 'POST',
    path: '/v1/subscription_schedules/:id',
    answers: 'subscription_schedule',
    params: updateParams,
    handle({ account, id, params, request }) {
      const schedule = existing(account, id);
      return onClockOf(account, schedule.customer, () => update(account, schedule, params, request));
    },
  }),
  route({
    method: 'POST',
    path: '/v1/subscription_schedules/:id/release',
    answers: 'subscription_schedule',
    params: { preserve_cancel_date: unsupported() } satisfies ShapeOf<Stripe.SubscriptionScheduleReleaseParams>,
    handle({ account, id, request }) {
      const schedule = existing(account, id);
      checkActive(schedule, 'release');
      return onClockOf(account, schedule.customer, () => release(account, schedule, request));
    },
  }),
  listRoute({
    path: '/v1/subscription_schedules',
    object: 'subscription_schedule',
    filters,
    from: (account) => account.store.subscriptionSchedules.newestFirst(),
    keep: (schedule, wanted) =>
      (wanted.customer === undefined || schedule.customer === wanted.customer) &&
      (wanted.scheduled === undefined || wanted.scheduled === (schedule.status === 'not_started')) &&
      isInRange(schedule.canceled_at ?? 0, wanted.canceled_at) &&
      isInRange(schedule.completed_at ?? 0, wanted.completed_at) &&
      isInRange(schedule.released_at ?? 0, wanted.released_at),
  }),
];

function existing(account: Account, id: string): Schedule {
  const schedule = account.store.subscriptionSchedules.find(id);
  if (!schedule) throw noSuch('subscription schedule', id, 'schedule', 404);
  return schedule;
}

function checkActive({ status }: Schedule, what: string): void {
  if (status === 'active') return;
  const message =
    `You cannot ${what} a subscription schedule that is currently in the \`${status}\` status. A schedule can only be ${what}d in the ` +
    'following statuses: `not_started`, `active`.';
  throw invalidRequest(message);
}

function update(
  account: Account,
  before: Schedule,
  params: ParamsOf<typeof updateParams>,
  request: Stripe.Event.Request,
): Schedule {
  const subscription = existingSubscription(account, idOf(before.subscription ?? before.released_subscription));
  if (params.phases ?? params.end_behavior) checkActive(before, 'update');
  const phases = params.phases ? phasesFrom(account, subscription, before, params.phases) : before.phases;
  const after = account.store.subscriptionSchedules.update(before.id, {
    current_phase: before.status === 'active' ? currentPhase(before, phases) : null,
    end_behavior: params.end_behavior ?? before.end_behavior,
    metadata: applyMetadata(before.metadata ?? {}, params.metadata),
    phases,
  });
  const previous = { phases: before.phases, end_behavior: before.end_behavior };
  account.record('subscription_schedule.updated', after, { previous, request });
  return after;
}
