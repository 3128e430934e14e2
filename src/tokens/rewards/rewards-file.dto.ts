import { CouponDiscountType } from '../../platform/database/index.js';
import { Amount, Choice, Currency, ListOf, Nested, Text, Whole } from '../../platform/http/index.js';

export const MOST_TOKENS = 1_000_000;
const MOST_LENGTH = 10_000;

export class BonusFields {
  @Whole({ description: 'Length of a streak', min: 1, max: MOST_LENGTH })
  length: number;

  @Whole({ description: 'What reaching it brings', min: 1, max: MOST_TOKENS })
  tokens: number;
}

class StreakFields {
  @ListOf(() => BonusFields, { description: 'What lengths bring', max: 100 })
  bonuses: BonusFields[];

  @Whole({ description: 'Every so many bring a freeze; 0 brings none', max: MOST_LENGTH })
  freezeEvery: number;

  @Whole({ description: 'How many freezes one may have', max: 100 })
  mostFreezes: number;
}

class CompletionStreakFields extends StreakFields {
  @Whole({ description: 'Days from one completed course to the next', min: 1, max: 366 })
  withinDays: number;
}

class StreaksFields {
  @Nested(() => StreakFields, { description: 'Of days' })
  days: StreakFields;

  @Nested(() => CompletionStreakFields, { description: 'Of completed courses' })
  completions: CompletionStreakFields;
}

export class WalletRateFields {
  @Currency({ description: 'Of the wallet' })
  currency: string;

  @Whole({ description: 'Tokens are taken in multiples of this', min: 1, max: MOST_TOKENS })
  tokens: number;

  @Amount({ description: 'What each multiple brings, minor units', min: 1 })
  amount: number;
}

export class CouponOfferFields {
  @Text({ description: 'Id', max: 40, pattern: /^[A-Z][A-Z0-9_]*$/, wanted: 'capitals, digits and underscores' })
  id: string;

  @Text({ description: 'Name', max: 100 })
  name: string;

  @Whole({ description: 'What it costs', min: 1, max: MOST_TOKENS })
  tokens: number;

  @Choice(CouponDiscountType, { description: 'What the value is' })
  discountType: CouponDiscountType;

  @Amount({ description: 'Basis points, or minor units', min: 1 })
  discountValue: number;

  @Currency({ description: 'Of every amount here', optional: true })
  currency?: string;

  @Amount({ description: 'Of the list price, minor units', optional: true, min: 1 })
  minimumAmount?: number;

  @Amount({ description: 'The most it takes off, minor units', optional: true, min: 1 })
  maximumDiscount?: number;

  @Whole({ description: 'For how many days it can be used', min: 1, max: 3660 })
  validDays: number;
}

/** The rewards as their file has them. */
export class RewardsFields {
  @Whole({ description: 'For a completed premium course', max: MOST_TOKENS })
  completion: number;

  @Whole({ description: 'For a completed free course', max: MOST_TOKENS })
  freeCompletion: number;

  @Nested(() => StreaksFields, { description: 'What streaks bring' })
  streaks: StreaksFields;

  @ListOf(() => WalletRateFields, { description: 'What tokens are worth in a wallet', max: 200 })
  wallet: WalletRateFields[];

  @ListOf(() => CouponOfferFields, { description: 'Coupons that tokens buy', max: 200 })
  coupons: CouponOfferFields[];
}
