import type { Prisma } from '../../platform/database/index.js';

export type SubscriptionRow = Prisma.SubscriptionGetPayload<object>;

type Standing = Pick<SubscriptionRow, 'status' | 'graceEndsAt' | 'suspendedBy' | 'ending'>;

/** Whether what it gives stands. */
export function isOpenAt(now: Date, { status, graceEndsAt, suspendedBy, ending }: Standing): boolean {
  if (suspendedBy !== null || ending) return false;
  if (status === 'PAST_DUE') return graceEndsAt !== null && now < graceEndsAt;
  return status === 'TRIALING' || status === 'ACTIVE';
}
