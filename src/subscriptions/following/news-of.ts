import {
  SubscriptionChanged,
  SubscriptionChangeScheduled,
  SubscriptionEnded,
  SubscriptionGraceEnded,
  SubscriptionPaymentFailed,
  SubscriptionRecovered,
  SubscriptionStarted,
  TrialEnding,
} from '../subscriptions.events.js';
import { TRIAL_NOTICE_MS } from './next-look.js';
import type { SubscriptionRow } from './standing.js';
import { hasEnded, isRunning } from './subscription-states.js';

/** What there is to tell of what a reading has changed. */
export function newsOf(before: SubscriptionRow, after: SubscriptionRow, now: Date): object[] {
  const { id, userId } = after;
  if (hasEnded(before.status)) return [];
  if (before.status === 'INCOMPLETE' && after.status === 'EXPIRED') return [];
  const began = before.status === 'INCOMPLETE' ? [new SubscriptionStarted(id, userId)] : [];
  if (hasEnded(after.status)) return [...began, new SubscriptionEnded(id, userId, after.status === 'EXPIRED')];
  return [...began, ...changes(before, after, now), ...dunning(before, after), ...trial(before, after, now)];
}

function changes(before: SubscriptionRow, after: SubscriptionRow, now: Date): object[] {
  const { id, userId, tier } = after;
  if (!isRunning(before.status)) return [];
  const changed = before.tier !== tier || before.period !== after.period;
  const isDue = after.nextTier !== null || after.cancelAtPeriodEnd;
  const wasDue =
    before.nextTier === after.nextTier &&
    before.nextPeriod === after.nextPeriod &&
    before.cancelAtPeriodEnd === after.cancelAtPeriodEnd;
  return [
    ...(changed ? [new SubscriptionChanged(id, userId, tier, now.toISOString())] : []),
    ...(isDue && !wasDue ? [new SubscriptionChangeScheduled(id, userId, now.toISOString())] : []),
  ];
}

function dunning(before: SubscriptionRow, after: SubscriptionRow): object[] {
  const { id, userId, pastDueSince: since } = after;
  if (since === null) {
    const unpaid = before.pastDueSince;
    return unpaid ? [new SubscriptionRecovered(id, userId, unpaid.toISOString())] : [];
  }
  const tried = before.pastDueSince === null || after.attempts > before.attempts;
  // What a dispute has closed is not closed by this.
  const closed = before.open && !after.open && after.suspendedBy === null && !after.ending;
  return [
    ...(tried ? [new SubscriptionPaymentFailed(id, userId, since.toISOString(), after.attempts)] : []),
    ...(closed ? [new SubscriptionGraceEnded(id, userId, since.toISOString())] : []),
  ];
}

/** With the first reading of the last three days. */
function trial(before: SubscriptionRow, after: SubscriptionRow, now: Date): object[] {
  if (after.status !== 'TRIALING' || after.trialEndsAt === null || after.cancelAtPeriodEnd) return [];
  const due = after.trialEndsAt.getTime() - TRIAL_NOTICE_MS;
  const told = before.status === 'TRIALING' && before.updatedAt.getTime() >= due;
  return now.getTime() >= due && !told ? [new TrialEnding(after.id, after.userId)] : [];
}
