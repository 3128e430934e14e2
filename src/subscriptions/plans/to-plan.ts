import { toJsonAmount } from '../../platform/money/index.js';
import type { Plan } from './plans.js';
import type { PlanDto } from './plans.dto.js';

export function toPlan({ id, name, description, features, courses, trialDays, prices }: Plan): PlanDto {
  return {
    ...{ id, name, description, trialDays, features: [...features] },
    allCourses: courses === 'ALL',
    courses: courses === 'ALL' ? [] : [...courses],
    prices: prices.map(({ period, price: { minor, currency } }) => ({ period, currency, amount: toJsonAmount(minor) })),
  };
}
