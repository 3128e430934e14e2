import { toIncluded } from '../../enrollments/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import type { TierDto } from './tiers.dto.js';
import type { Tier } from './tiers.js';

export function toTier(tier: Tier): TierDto {
  const { id, mostSeats, mostDomains, branding, prices } = tier;
  return {
    ...{ id, ...toIncluded(tier), mostSeats, mostDomains, branding: [...branding] },
    prices: prices.map(({ minor, currency }) => ({ currency, perSeatAndMonth: toJsonAmount(minor) })),
  };
}
