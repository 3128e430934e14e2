import { defineProblem } from '../platform/errors/index.js';

const invalid = 'Invalid or inactive coupon';

/** Why a coupon gives nothing, and what is refused of its management. */
export const CouponProblems = {
  invalid: defineProblem({ code: 'COUPON_INVALID', status: 400, title: invalid }),
  notYetValid: defineProblem({ code: 'COUPON_NOT_YET_VALID', status: 400, title: invalid }),
  expired: defineProblem({ code: 'COUPON_EXPIRED', status: 400, title: invalid }),
  notApplicable: defineProblem({
    code: 'COUPON_NOT_APPLICABLE',
    status: 400,
    title: 'Coupon not applicable to this course',
  }),
  currency: defineProblem({
    code: 'COUPON_CURRENCY',
    status: 400,
    title: 'Coupon not applicable to a price in this currency',
  }),
  minimumAmount: defineProblem({
    code: 'COUPON_MINIMUM_AMOUNT',
    status: 400,
    title: 'The price is below the minimum amount of this coupon',
  }),
  firstPurchase: defineProblem({
    code: 'COUPON_FIRST_PURCHASE_ONLY',
    status: 400,
    title: 'Coupon only applicable to a first purchase',
  }),
  usedUp: defineProblem({ code: 'COUPON_USED_UP', status: 400, title: 'Coupon used up' }),
  perUser: defineProblem({
    code: 'COUPON_LIMIT_REACHED',
    status: 400,
    title: 'You have used this coupon as often as it allows, or hold it in a purchase that is still open',
  }),
  noDiscount: defineProblem({ code: 'COUPON_NO_DISCOUNT', status: 400, title: 'Coupon takes nothing off this price' }),
  codeTaken: defineProblem({ code: 'COUPON_CODE_TAKEN', status: 409, title: 'Another coupon has this code' }),
  belowUses: defineProblem({
    code: 'COUPON_LIMIT_BELOW_USES',
    status: 400,
    title: 'A limit cannot be lower than the uses that there are',
  }),
} as const;

/** What a coupon may be refused for when somebody wants to use it. */
export const couponRefusals = [
  CouponProblems.invalid,
  CouponProblems.notYetValid,
  CouponProblems.expired,
  CouponProblems.notApplicable,
  CouponProblems.currency,
  CouponProblems.minimumAmount,
  CouponProblems.firstPurchase,
  CouponProblems.usedUp,
  CouponProblems.perUser,
  CouponProblems.noDiscount,
] as const;
