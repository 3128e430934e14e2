import { firstDayOf } from '../../platform/clock/index.js';
import type { Settings } from '../../platform/config/index.js';

/**
 * The period whose payouts are begun now, by its first day: `2026-11-02` for the week from that Monday, `2026-11-01` for the month. Days are
 * UTC's. Undefined when nothing is begun by itself.
 */
export function payoutPeriod(schedule: Settings['PAYOUT_SCHEDULE'], now: Date): string | undefined {
  if (schedule === 'manual') return undefined;
  return firstDayOf(schedule === 'monthly' ? 'month' : 'week', now);
}
