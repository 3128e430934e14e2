import { toJsonAmount } from '../../platform/money/index.js';
import type { CouponOffer, Rewards, StreakRewards } from './rewards.js';
import type { CouponOfferDto, RewardsDto, StreakRewardsDto } from './rewards.dto.js';

export function toRewards({ completion, freeCompletion, streaks, wallet, coupons }: Rewards): RewardsDto {
  return {
    completion,
    freeCompletion,
    streaks: { days: toStreak(streaks.DAYS), completions: toStreak(streaks.COMPLETIONS) },
    wallet: wallet.map(({ tokens, price: { minor, currency } }) => ({ currency, tokens, amount: toJsonAmount(minor) })),
    coupons: coupons.map(toOffer),
  };
}

function toStreak({ withinDays, bonuses, freezeEvery, mostFreezes }: StreakRewards): StreakRewardsDto {
  return { withinDays, bonuses: [...bonuses], freezeEvery, mostFreezes };
}

function toOffer(offer: CouponOffer): CouponOfferDto {
  const { id, name, tokens, discountType, discountValue, validDays, currency = null } = offer;
  const { minimumAmount = null, maximumDiscount = null } = offer;
  return { id, name, tokens, discountType, discountValue, currency, minimumAmount, maximumDiscount, validDays };
}
