import type { CouponDiscountType, StreakKind } from '../../platform/database/index.js';
import type { Money } from '../../platform/money/index.js';

/** What a streak brings, and how it is kept. */
export interface StreakRewards {
  /** How many days may lie between two marks: 1 for days in a row. */
  readonly withinDays: number;
  /** By the length at which each is paid, once for a row. */
  readonly bonuses: readonly { readonly length: number; readonly tokens: number }[];
  /** Every so many marks of a row bring a freeze; 0 brings none. */
  readonly freezeEvery: number;
  readonly mostFreezes: number;
}

/** Tokens in steps of `tokens`, each of which becomes `price` of wallet credit. */
export interface WalletRate {
  readonly tokens: number;
  readonly price: Money;
}

/** A coupon for one use that tokens buy. */
export interface CouponOffer {
  readonly id: string;
  readonly name: string;
  readonly tokens: number;
  readonly discountType: CouponDiscountType;
  /** Per cent, or minor units of `currency`. */
  readonly discountValue: number;
  readonly currency?: string;
  /** Minor units. */
  readonly minimumAmount?: number;
  readonly maximumDiscount?: number;
  readonly validDays: number;
}

/** What is rewarded at this school, and what tokens are worth, as its file has it. */
export class Rewards {
  constructor(
    /** For a completed premium course, and for a free one, which costs nobody anything to complete; unless the course's terms say otherwise. */
    readonly completion: number,
    readonly freeCompletion: number,
    readonly streaks: Readonly<Record<StreakKind, StreakRewards>>,
    /** One for each currency. */
    readonly wallet: readonly WalletRate[],
    readonly coupons: readonly CouponOffer[],
  ) {}
}
