import type { SubscriptionStatus } from '../../platform/database/index.js';
import type { SubscriptionReading } from '../../payments/index.js';

/** Where a subscription may go. What has ended has ended: whoever wants it again begins another. */
export const subscriptionTransitions: Record<SubscriptionStatus, readonly SubscriptionStatus[]> = {
  INCOMPLETE: ['TRIALING', 'ACTIVE', 'EXPIRED'],
  TRIALING: ['ACTIVE', 'PAST_DUE', 'CANCELED', 'EXPIRED'],
  ACTIVE: ['PAST_DUE', 'CANCELED', 'EXPIRED'],
  PAST_DUE: ['ACTIVE', 'CANCELED', 'EXPIRED'],
  CANCELED: [],
  EXPIRED: [],
};

/** Those of which a person has at most one. */
export const LIVE = ['INCOMPLETE', 'TRIALING', 'ACTIVE', 'PAST_DUE'] as const satisfies SubscriptionStatus[];

export function hasEnded(status: SubscriptionStatus): boolean {
  return subscriptionTransitions[status].length === 0;
}

/** Begun at the provider, and not ended there. */
export function isRunning(status: SubscriptionStatus): boolean {
  return status !== 'INCOMPLETE' && !hasEnded(status);
}

/**
 * Whether what was read can have come of what is known. A reading may be several moves later than that: whoever was away while it began and
 * went unpaid reads the last of them alone.
 */
export function canBecome(from: SubscriptionStatus, to: SubscriptionStatus): boolean {
  const reached = new Set([from]);
  for (const status of reached) for (const next of subscriptionTransitions[status]) reached.add(next);
  return reached.has(to);
}

/** What the provider's word for it is here. */
export function statusOf({ status, endedUnpaid }: SubscriptionReading): SubscriptionStatus {
  if (status === 'UNPAID') return 'PAST_DUE';
  if (status === 'CANCELED') return endedUnpaid ? 'EXPIRED' : 'CANCELED';
  return status;
}
