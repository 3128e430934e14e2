import { CouponDiscountType } from '../../platform/database/index.js';
import { Amount, Choice, Currency, Flag, Moment, Nested, PageQuery, Text, Whole } from '../../platform/http/index.js';
import { CODE_PATTERN } from '../coupon.js';
import { CouponDto } from '../coupon.dto.js';
import { DiscountValue, TextList } from '../fields.js';

const MAX_USES = 2_147_483_647;
const discountValue =
  '`PERCENTAGE`: per cent with up to two decimals, above 0 to 100, 10 is 10 %; `FIXED_AMOUNT`: whole minor units, above 0';
const currency =
  'Currency of the amounts, and the only one it then applies in; needed for `FIXED_AMOUNT`, `minimumAmount` and `maximumDiscount`';

/** What POST may leave out and PATCH may change. */
class CouponConditions {
  @Text({ description: 'What it is for', optional: true, min: 0, max: 1000 })
  description?: string;

  @Currency({ description: currency, optional: true, nullable: true })
  currency?: string | null;

  @Whole({ description: 'How often it can be used in all', optional: true, nullable: true, min: 1, max: MAX_USES })
  maxUses?: number | null;

  @Whole({ description: 'How often one person may use it', optional: true, nullable: true, min: 1, max: MAX_USES })
  maxUsesPerUser?: number | null;

  @Flag({ description: 'Whether it can be used; true unless told otherwise', optional: true })
  isActive?: boolean;

  @Flag({
    description: 'Whether everybody sees it in the list of active coupons; false unless told so',
    optional: true,
  })
  isPublic?: boolean;

  @Moment({ description: 'Valid from this moment on', optional: true, nullable: true })
  validFrom?: string | null;

  @Moment({ description: 'Valid before this moment', optional: true, nullable: true })
  validUntil?: string | null;

  @Amount({ description: 'Only for list prices from this one on, minor units', optional: true, nullable: true, min: 1 })
  minimumAmount?: number | null;

  @Amount({ description: 'The most that it takes off, minor units', optional: true, nullable: true, min: 1 })
  maximumDiscount?: number | null;

  @TextList({
    description: 'Ids of the only courses it applies to',
    optional: true,
    pattern: /^crs_[0-9a-z]{1,60}$/,
    wanted: 'ids of courses',
  })
  applicableCourses?: string[];

  @TextList({
    description: 'Kinds of things it applies to, such as `course`. With neither list it applies to everything sold.',
    optional: true,
    max: 20,
    pattern: /^[a-z][a-z-]{0,39}$/,
    wanted: 'kinds such as course',
  })
  applicableKinds?: string[];

  @Flag({ description: "Only for a person's first purchase; false unless told so", optional: true })
  firstPurchaseOnly?: boolean;

  @Flag({ description: 'Whether a full refund gives the use back; false unless told so', optional: true })
  returnOnRefund?: boolean;
}

export class CreateCouponDto extends CouponConditions {
  @Text({
    description: 'Letters, digits, - and _; the case does not count',
    min: 3,
    max: 40,
    pattern: CODE_PATTERN,
    wanted: '3 to 40 letters, digits, - and _',
    example: 'WELCOME10',
  })
  code: string;

  @Text({ description: 'Name' })
  name: string;

  @Choice(CouponDiscountType, { description: 'Whether it takes off a share of the price or an amount' })
  discountType: CouponDiscountType;

  @DiscountValue({ description: discountValue })
  discountValue: number;
}

export class EditCouponDto extends CouponConditions {
  @Text({ description: 'Name', optional: true })
  name?: string;

  @Choice(CouponDiscountType, { description: 'Needs a new `discountValue` with it', optional: true })
  discountType?: CouponDiscountType;

  @DiscountValue({ description: discountValue, optional: true })
  discountValue?: number;
}

export class CouponListQuery extends PageQuery {
  @Flag({ description: 'Only those that are active, or only those that are not', optional: true, query: true })
  isActive?: boolean;

  @Text({ description: 'Only those whose code has this text, in any case', optional: true, max: 40 })
  search?: string;
}

/** A coupon as an admin sees it. */
export class ManagedCouponDto extends CouponDto {
  @Whole({ description: 'How often it can be used in all; null for any number of times', nullable: true })
  maxUses: number | null;

  @Whole({ description: 'Uses that are reserved by open payment sessions or consumed by paid ones' })
  currentUses: number;

  @Flag({ description: 'Whether it can be used' })
  isActive: boolean;

  @Flag({ description: 'Whether everybody sees it in the list of active coupons' })
  isPublic: boolean;

  @Flag({ description: 'Whether a full refund gives the use back' })
  returnOnRefund: boolean;

  @Moment({ description: 'Created' })
  createdAt: Date;

  @Moment({ description: 'Last changed by an admin' })
  updatedAt: Date;
}

export class RemovedCouponDto {
  @Flag({ description: 'False when it has been used: then it is deactivated instead' })
  deleted: boolean;

  @Text({ description: 'What was done, in words' })
  message: string;

  @Nested(() => ManagedCouponDto, { description: 'The coupon as it was deleted, or as it stands now' })
  coupon: ManagedCouponDto;
}
