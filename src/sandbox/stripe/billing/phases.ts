import type Stripe from 'stripe';
import type { Account } from '../account.js';
import { idOf } from '../ids.js';
import { changeSubscription } from './changed.js';
import { endSubscription } from './ending.js';
import { intervalOf, sameInterval } from './periods.js';
import type { Subscription } from './records.js';
import { itemOf, withItem } from './subscription-object.js';

/** The schedule that decides over a subscription, if one does. */
export function scheduleOf({ store }: Account, { schedule }: Subscription): Stripe.SubscriptionSchedule | undefined {
  const found = store.subscriptionSchedules.find(idOf(schedule));
  return found?.status === 'active' ? found : undefined;
}

/** When the phase of a subscription ends that it is in. */
export function phaseEnd(account: Account, subscription: Subscription): number | null {
  return scheduleOf(account, subscription)?.current_phase?.end_date ?? null;
}

/** As the subscription will be when its phase and its period have ended, if they end together. */
export function afterPhase(account: Account, subscription: Subscription): Subscription {
  const next = nextPhase(scheduleOf(account, subscription));
  const together = phaseEnd(account, subscription) === itemOf(subscription).current_period_end;
  return next && together ? inPhase(account, subscription, next) : subscription;
}

/** The phase has ended: the next begins, without prorations, or the schedule is done. */
export function endPhase(account: Account, subscription: Subscription): void {
  const schedule = scheduleOf(account, subscription);
  if (!schedule) return;
  const next = nextPhase(schedule);
  if (next) {
    const current = { start_date: next.start_date, end_date: next.end_date };
    const { current_phase: previous } = schedule;
    const moved = account.store.subscriptionSchedules.update(schedule.id, { current_phase: current });
    account.record('subscription_schedule.updated', moved, { previous: { current_phase: previous } });
    changeSubscription(account, subscription.id, inPhase(account, subscription, next));
  } else if (schedule.end_behavior === 'cancel') {
    const changes = { completed_at: account.now(), current_phase: null, status: 'completed' as const };
    const completed = account.store.subscriptionSchedules.update(schedule.id, changes);
    account.record('subscription_schedule.completed', completed);
    endSubscription(account, { ...subscription, schedule: null }, {});
  } else release(account, schedule);
}

/** The subscription goes on by itself, as it is. */
export function release(
  account: Account,
  schedule: Stripe.SubscriptionSchedule,
  request?: Stripe.Event.Request,
): Stripe.SubscriptionSchedule {
  const subscription = idOf(schedule.subscription);
  const released = account.store.subscriptionSchedules.update(schedule.id, {
    current_phase: null,
    released_at: account.now(),
    released_subscription: subscription,
    status: 'released',
    subscription: null,
  });
  account.record('subscription_schedule.released', released, { request });
  changeSubscription(account, subscription, { schedule: null }, request);
  return released;
}

function nextPhase(schedule: Stripe.SubscriptionSchedule | undefined): Stripe.SubscriptionSchedule.Phase | undefined {
  const end = schedule?.current_phase?.end_date;
  return schedule?.phases.find((phase) => phase.start_date === end);
}

/** What the phase says of it. Another rhythm begins with the phase. */
function inPhase(
  { store }: Account,
  subscription: Subscription,
  phase: Stripe.SubscriptionSchedule.Phase,
): Subscription {
  const [item] = phase.items;
  const price = store.prices.get(idOf(item?.price ?? null));
  const other = !sameInterval(intervalOf(price), intervalOf(itemOf(subscription).price));
  return {
    ...withItem(subscription, { price, quantity: item?.quantity ?? 1 }),
    metadata: { ...subscription.metadata, ...phase.metadata },
    ...(other && { billing_cycle_anchor: phase.start_date }),
    ...(phase.default_tax_rates && { default_tax_rates: phase.default_tax_rates }),
  };
}
