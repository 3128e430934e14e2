export { CreateCoupon } from './admin/create-coupon.js';
export { CouponDto, toCoupon } from './coupon.dto.js';
export { CouponProblems, couponRefusals } from './coupons.problems.js';
export { CouponsModule } from './coupons.module.js';
export { FindCoupons } from './find-coupons.js';
export { ConsumeCoupon } from './use/consume-coupon.js';
export { ReserveCoupon } from './use/reserve-coupon.js';
export { ReturnCoupon } from './use/return-coupon.js';
export { ValidateCoupon } from './use/validate-coupon.js';
