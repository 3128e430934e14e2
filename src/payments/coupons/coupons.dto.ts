import { CouponDto } from '../../coupons/index.js';
import { Amount, Currency, Flag, IdOf, Nested, Text } from '../../platform/http/index.js';

export class ValidateCouponDto {
  @Text({ description: 'The code, in any case', max: 100, example: 'WELCOME10' })
  code: string;

  @IdOf('course', { description: 'The course to buy; or else `itemId`', optional: true })
  courseId?: string;

  @Text({ description: 'What kind of thing to buy; `course` unless told otherwise', optional: true, max: 40 })
  itemKind?: string;

  @Text({ description: 'Its id', optional: true })
  itemId?: string;

  @Currency({ description: "Currency to pay in; the thing's default unless told otherwise", optional: true })
  currency?: string;
}

/** Either what the coupon takes off, or why it does not. */
export class CouponValidationDto {
  @Flag({ description: 'Whether it could be used now. Nothing is reserved: that is done with the payment session.' })
  isValid: boolean;

  @Amount({ description: 'What it takes off the list price, minor units', optional: true })
  discountAmount?: number;

  @Amount({ description: 'What is left of the list price, minor units, before tax', optional: true })
  finalAmount?: number;

  @Currency({ description: 'Currency of the amounts', optional: true })
  currency?: string;

  @Nested(() => CouponDto, { description: 'The coupon', optional: true })
  coupon?: CouponDto;

  @Text({ description: 'Why not, such as `COUPON_EXPIRED`', optional: true })
  code?: string;

  @Text({ description: 'Why not, in words', optional: true })
  message?: string;
}
