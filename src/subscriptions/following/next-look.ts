import type { SubscriptionRow } from './standing.js';
import { hasEnded } from './subscription-states.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** A letter says so this long before. */
export const TRIAL_NOTICE_MS = 3 * DAY_MS;
/** What happens at the provider at a moment has happened this long after it. */
const A_LITTLE_MS = 2 * MINUTE_MS;
/** A renewal's invoice is collected about an hour after the period has begun. */
const COLLECTED_MS = 2 * HOUR_MS;

type Moments = Pick<
  SubscriptionRow,
  'status' | 'periodStart' | 'periodEnd' | 'trialEndsAt' | 'nextAttemptAt' | 'graceEndsAt' | 'expiresAt' | 'open'
>;

/**
 * When it is looked at again if the provider tells nothing: whenever something is due to happen. So a webhook that never comes is made good by
 * the next of these moments. Null when nothing is.
 */
export function nextLook(now: Date, row: Moments): Date | null {
  const moments = momentsOf(row).filter((moment) => moment > now.getTime());
  return moments.length > 0 ? new Date(Math.min(...moments)) : null;
}

function momentsOf({ status, ...row }: Moments): number[] {
  if (hasEnded(status)) return [];
  if (status === 'INCOMPLETE') return [row.expiresAt.getTime()];
  return [
    after(row.periodStart, COLLECTED_MS),
    after(row.periodEnd, A_LITTLE_MS),
    after(row.nextAttemptAt, A_LITTLE_MS),
    after(status === 'PAST_DUE' && row.open ? row.graceEndsAt : null, 0),
    after(status === 'TRIALING' ? row.trialEndsAt : null, -TRIAL_NOTICE_MS),
  ].flatMap((moment) => moment ?? []);
}

function after(moment: Date | null, milliseconds: number): number | undefined {
  return moment === null ? undefined : moment.getTime() + milliseconds;
}
