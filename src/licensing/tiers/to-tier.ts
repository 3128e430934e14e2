import { toJsonAmount } from '../../platform/money/index.js';
import type { TierDto } from './tiers.dto.js';
import type { Tier } from './tiers.js';

export function toTier({ courses, features, branding, prices, ...tier }: Tier): TierDto {
  return {
    ...tier,
    features: [...features],
    allCourses: courses === 'ALL',
    courses: courses === 'ALL' ? [] : [...courses],
    branding: [...branding],
    prices: prices.map(({ minor, currency }) => ({ currency, perSeatAndMonth: toJsonAmount(minor) })),
  };
}
