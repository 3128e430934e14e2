import { CouponDiscountType } from '../../platform/database/index.js';
import { Amount, Choice, Currency, Decimal, ListOf, Nested, Text, Whole } from '../../platform/http/index.js';
import { BonusFields, WalletRateFields } from './rewards-file.dto.js';

export class StreakRewardsDto {
  @Whole({ description: 'How many days may lie between two of them: 1 for days in a row', min: 1 })
  withinDays: number;

  @ListOf(() => BonusFields, { description: 'What lengths bring' })
  bonuses: BonusFields[];

  @Whole({ description: 'Every so many bring a freeze, which stands for one that is missed; 0 brings none' })
  freezeEvery: number;

  @Whole({ description: 'How many freezes one may have' })
  mostFreezes: number;
}

export class StreaksRewardsDto {
  @Nested(() => StreakRewardsDto, { description: 'For local days on which something was learnt' })
  days: StreakRewardsDto;

  @Nested(() => StreakRewardsDto, { description: 'For completed courses' })
  completions: StreakRewardsDto;
}

export class CouponOfferDto {
  @Text({ description: 'Id, to redeem tokens for it', max: 40 })
  id: string;

  @Text({ description: 'Name', max: 100 })
  name: string;

  @Whole({ description: 'What it costs', min: 1 })
  tokens: number;

  @Choice(CouponDiscountType, { description: 'Whether it takes off a share of the price or an amount' })
  discountType: CouponDiscountType;

  @Decimal({
    description: '`PERCENTAGE`: per cent, 10 is 10 %; `FIXED_AMOUNT`: minor units of `currency`',
    example: 10,
  })
  discountValue: number;

  @Currency({ description: 'Of its amounts, and the only one it applies in; null for any', nullable: true })
  currency: string | null;

  @Amount({ description: 'Only for list prices from this one on, minor units', nullable: true })
  minimumAmount: number | null;

  @Amount({ description: 'The most that it takes off, minor units', nullable: true })
  maximumDiscount: number | null;

  @Whole({ description: 'For how many days it can be used', min: 1 })
  validDays: number;
}

export class RewardsDto {
  @Whole({ description: 'For completing a premium course, unless its terms say otherwise' })
  completion: number;

  @Whole({ description: 'For completing a free one, unless its terms say otherwise' })
  freeCompletion: number;

  @Nested(() => StreaksRewardsDto, { description: 'For streaks' })
  streaks: StreaksRewardsDto;

  @ListOf(() => WalletRateFields, { description: 'What tokens become in a wallet, by currency' })
  wallet: WalletRateFields[];

  @ListOf(() => CouponOfferDto, { description: 'Coupons that tokens buy, each for one use' })
  coupons: CouponOfferDto[];
}
