import { toIncluded } from '../../enrollments/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import type { Plan } from './plans.js';
import type { PlanDto } from './plans.dto.js';

export function toPlan(plan: Plan): PlanDto {
  const { id, trialDays, prices } = plan;
  return {
    ...{ id, ...toIncluded(plan), trialDays },
    prices: prices.map(({ period, price: { minor, currency } }) => ({ period, currency, amount: toJsonAmount(minor) })),
  };
}
