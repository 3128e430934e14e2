import type { SubscriptionStatus } from '../../platform/database/index.js';
import type { Plans, PlanTerm } from './plans.js';

/** When a change takes effect; `NONE`: it is what runs. */
export type ChangeEffect = 'NONE' | 'NOW' | 'PERIOD_END';

/**
 * More is given at once: a higher plan, or a longer time of the same, and no shorter time. Less is given when what is paid for is over. In a
 * trial nothing is paid for yet, and every change is at once.
 */
export function effectOf(
  plans: Plans,
  from: PlanTerm & { readonly status: SubscriptionStatus },
  to: PlanTerm,
): ChangeEffect {
  if (from.tier === to.tier && from.period === to.period) return 'NONE';
  if (to.tier === plans.free.id) return 'PERIOD_END';
  if (from.status === 'TRIALING') return 'NOW';
  const isHigher = plans.rank(to.tier) >= plans.rank(from.tier);
  const isShorter = from.period === 'YEAR' && to.period === 'MONTH';
  return isHigher && !isShorter ? 'NOW' : 'PERIOD_END';
}
