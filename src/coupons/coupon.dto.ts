import { CouponDiscountType } from '../platform/database/index.js';
import { Amount, Choice, Currency, Decimal, Flag, IdOf, Moment, Text, Whole } from '../platform/http/index.js';
import { toJsonAmount } from '../platform/money/index.js';
import type { Coupon } from './coupon.js';
import { TextList } from './fields.js';

/** A coupon as everybody may see who knows its code. How often it was used, and how often it can be, is the school's own business. */
export class CouponDto {
  @IdOf('coupon', { description: 'Id' })
  id: string;

  @Text({ description: 'Code, in capitals; in requests the case does not count', example: 'WELCOME10' })
  code: string;

  @Text({ description: 'Name' })
  name: string;

  @Text({ description: 'What it is for', min: 0, max: 1000 })
  description: string;

  @Choice(CouponDiscountType, { description: 'Whether it takes off a share of the price or an amount' })
  discountType: CouponDiscountType;

  @Decimal({
    description:
      '`PERCENTAGE`: per cent with up to two decimals, 10 is 10 %; `FIXED_AMOUNT`: minor units of `currency`',
    example: 10,
  })
  discountValue: number;

  @Currency({ description: 'Currency of its amounts and the only one it applies in; null for any', nullable: true })
  currency: string | null;

  @Whole({ description: 'How often one person may use it; null for any number of times', nullable: true })
  maxUsesPerUser: number | null;

  @Moment({ description: 'Valid from this moment on', nullable: true })
  validFrom: Date | null;

  @Moment({ description: 'Valid before this moment', nullable: true })
  validUntil: Date | null;

  @Amount({ description: 'Only for list prices from this one on, minor units', nullable: true })
  minimumAmount: number | null;

  @Amount({ description: 'The most that it takes off, minor units', nullable: true })
  maximumDiscount: number | null;

  @TextList({
    description: 'Ids of the only courses it applies to; empty for any course that `applicableKinds` allows',
  })
  applicableCourses: string[];

  @TextList({
    description:
      'Kinds of things it applies to, such as `course`; empty for every kind, or only courses when some are listed',
  })
  applicableKinds: string[];

  @Flag({ description: "Only for a person's first purchase" })
  firstPurchaseOnly: boolean;
}

export function toCoupon(coupon: Coupon): CouponDto {
  const { id, code, name, description, discountType, currency, maxUsesPerUser, validFrom, validUntil } = coupon;
  return {
    id,
    code,
    name,
    description,
    discountType,
    discountValue: shownValue(coupon),
    currency,
    maxUsesPerUser,
    validFrom,
    validUntil,
    minimumAmount: amount(coupon.minimumAmount),
    maximumDiscount: amount(coupon.maximumDiscount),
    applicableCourses: coupon.applicableCourses,
    applicableKinds: coupon.applicableKinds,
    firstPurchaseOnly: coupon.firstPurchaseOnly,
  };
}

/** Per cent of a percentage, which is stored in basis points; minor units of an amount. */
function shownValue({ discountType, discountValue }: Coupon): number {
  return discountType === 'PERCENTAGE' ? Number(discountValue) / 100 : toJsonAmount(discountValue);
}

function amount(minor: bigint | null): number | null {
  return minor === null ? null : toJsonAmount(minor);
}
