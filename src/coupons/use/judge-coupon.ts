import type { ProblemType } from '../../platform/errors/index.js';
import { Money } from '../../platform/money/index.js';
import type { Coupon } from '../coupon.js';
import { CouponProblems } from '../coupons.problems.js';

/** Somebody wants to use a coupon for something. */
export interface CouponRequest {
  /** In any case. */
  readonly code: string;
  readonly userId: string;
  /** A kind of purchasable, such as `course`. */
  readonly itemKind: string;
  readonly itemId: string;
  /** The server's list price, before tax. */
  readonly price: Money;
  /** The person has completed no purchase yet. */
  readonly firstPurchase: boolean;
}

export interface CouponRefusal {
  readonly valid: false;
  readonly problem: ProblemType;
  /** In words for the buyer. */
  readonly message: string;
}

type Judgement = { readonly valid: true; readonly discount: Money } | CouponRefusal;

/** A top-up is money for money: whatever the coupon says, taking something off it would give money away. */
const NEVER_DISCOUNTED: ReadonlySet<string> = new Set(['wallet-topup']);

export function refused(problem: ProblemType, message: string = problem.title): CouponRefusal {
  return { valid: false, problem, message };
}

/** Whether a coupon's own terms allow what is asked, and how much it then takes off. The limits on its uses are not judged here. */
export function judgeCoupon(coupon: Coupon, request: CouponRequest, now: Date): Judgement {
  const { price } = request;
  const lapsed = lapse(coupon, now);
  if (lapsed) return refused(lapsed);
  if (!appliesTo(coupon, request)) {
    return request.itemKind === 'course'
      ? refused(CouponProblems.notApplicable)
      : refused(CouponProblems.notApplicable, 'Coupon not applicable to this purchase');
  }
  if (coupon.currency !== null && coupon.currency !== price.currency) {
    return refused(CouponProblems.currency, `Only applicable to prices in ${coupon.currency}`);
  }
  if (coupon.minimumAmount !== null && price.minor < coupon.minimumAmount) {
    const minimum = Money.of(coupon.minimumAmount, price.currency);
    return refused(CouponProblems.minimumAmount, `Minimum amount required: ${minimum.toString()}`);
  }
  if (coupon.firstPurchaseOnly && !request.firstPurchase) return refused(CouponProblems.firstPurchase);
  const discount = discountOn(coupon, price);
  return discount.isZero() ? refused(CouponProblems.noDiscount) : { valid: true, discount };
}

/** Why a coupon cannot be used by anyone at this moment, if so. */
export function lapse({ isActive, validFrom, validUntil }: Coupon, now: Date): ProblemType | undefined {
  if (!isActive) return CouponProblems.invalid;
  if (validFrom && now < validFrom) return CouponProblems.notYetValid;
  if (validUntil && now >= validUntil) return CouponProblems.expired;
  return undefined;
}

/** Courses that are listed count alone among courses; otherwise kinds that are listed; with neither, everything does. */
function appliesTo({ applicableCourses, applicableKinds }: Coupon, { itemKind, itemId }: CouponRequest): boolean {
  if (NEVER_DISCOUNTED.has(itemKind)) return false;
  if (itemKind === 'course' && applicableCourses.length > 0) return applicableCourses.includes(itemId);
  if (applicableKinds.length > 0) return applicableKinds.includes(itemKind);
  return applicableCourses.length === 0;
}

/** Never more than the coupon's cap, nor than the price. A coupon with amounts is in the price's currency here. */
export function discountOn(
  { discountType, discountValue, maximumDiscount }: Pick<Coupon, 'discountType' | 'discountValue' | 'maximumDiscount'>,
  price: Money,
): Money {
  const full = discountType === 'PERCENTAGE' ? price.share(Number(discountValue)).minor : discountValue;
  const bounds = [full, maximumDiscount ?? full, price.minor];
  const least = bounds.reduce((lowest, bound) => (bound < lowest ? bound : lowest));
  return Money.of(least < 0n ? 0n : least, price.currency);
}
