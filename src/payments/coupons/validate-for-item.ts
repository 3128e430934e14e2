import { Injectable } from '@nestjs/common';
import { CouponProblems, toCoupon, ValidateCoupon } from '../../coupons/index.js';
import type { Principal } from '../../platform/auth/index.js';
import { invalid, type ProblemType } from '../../platform/errors/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import { type Purchasable, Purchasables } from '../ports/purchasable.js';
import type { CouponValidationDto, ValidateCouponDto } from './coupons.dto.js';
import { FirstPurchase, TOP_UP } from './first-purchase.js';

/** Tells a buyer what a coupon would take off something, by the server's own price. */
@Injectable()
export class ValidateForItem {
  constructor(
    private readonly purchasables: Purchasables,
    private readonly firstPurchase: FirstPurchase,
    private readonly validateCoupon: ValidateCoupon,
  ) {}

  /** @throws what the thing refuses its buyer for, such as not found or already enrolled */
  async execute({ code, currency, ...what }: ValidateCouponDto, buyer: Principal): Promise<CouponValidationDto> {
    const { itemKind, itemId } = itemOf(what);
    // A top-up's id is no reference but its amount, and that the client's: it is not even asked what it costs.
    if (itemKind === TOP_UP) return noSale();
    const { price, isSale } = await this.sold(itemKind).quote(itemId, buyer, currency);
    if (!isSale) return noSale();
    const firstPurchase = await this.firstPurchase.of(buyer.userId);
    const request = { code, userId: buyer.userId, itemKind, itemId, price, firstPurchase };
    const validation = await this.validateCoupon.execute(request);
    if (!validation.valid) return refused(validation.problem, validation.message);
    const { coupon, discount } = validation;
    return {
      isValid: true,
      discountAmount: toJsonAmount(discount.minor),
      finalAmount: toJsonAmount(price.minus(discount).minor),
      currency: price.currency,
      coupon: toCoupon(coupon),
    };
  }

  private sold(kind: string): Purchasable {
    try {
      return this.purchasables.of(kind);
    } catch {
      throw invalid('itemKind', 'nothing of this kind is sold');
    }
  }
}

function itemOf({ courseId, itemKind = 'course', itemId }: Omit<ValidateCouponDto, 'code' | 'currency'>): {
  itemKind: string;
  itemId: string;
} {
  if (courseId === undefined && itemId === undefined) throw invalid('courseId', 'courseId or itemId must be given');
  if (courseId === undefined || itemId === undefined) return { itemKind, itemId: courseId ?? itemId ?? '' };
  throw invalid('itemId', 'itemId must not be given with courseId');
}

/** What is no sale cannot be had for less. */
function noSale(): CouponValidationDto {
  return refused(CouponProblems.notApplicable, 'Coupon not applicable to this purchase');
}

function refused({ code }: ProblemType, message: string): CouponValidationDto {
  return { isValid: false, code, message };
}
