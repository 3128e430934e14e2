import { Module } from '@nestjs/common';
import { LedgerModule, mustHold } from '../ledger/index.js';
import { CouponsController } from './admin/coupons.controller.js';
import { CreateCoupon } from './admin/create-coupon.js';
import { EditCoupon } from './admin/edit-coupon.js';
import { LockCoupon } from './admin/lock-coupon.js';
import { ReadCoupons } from './admin/read-coupons.js';
import { RemoveCoupon } from './admin/remove-coupon.js';
import { FindCoupons } from './find-coupons.js';
import { couponRules } from './upkeep/coupon-rules.js';
import { ConsumeCoupon } from './use/consume-coupon.js';
import { ReserveCoupon } from './use/reserve-coupon.js';
import { ReturnCoupon } from './use/return-coupon.js';
import { ValidateCoupon } from './use/validate-coupon.js';

const operations = [ValidateCoupon, ReserveCoupon, ConsumeCoupon, ReturnCoupon, FindCoupons, CreateCoupon];

@Module({
  imports: [LedgerModule],
  controllers: [CouponsController],
  providers: [...operations, ReadCoupons, LockCoupon, EditCoupon, RemoveCoupon, mustHold(couponRules)],
  exports: operations,
})
export class CouponsModule {}
