import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma } from '../../platform/database/index.js';
import type { Money } from '../../platform/money/index.js';
import { type Coupon, storedCode } from '../coupon.js';
import { CouponProblems } from '../coupons.problems.js';
import { type CouponRefusal, type CouponRequest, judgeCoupon, refused } from './judge-coupon.js';

export type Validation = { readonly valid: true; readonly coupon: Coupon; readonly discount: Money } | CouponRefusal;

/** Tells whether a coupon could be used now, and what it would take off, or why not. Only reads: nothing is promised. */
@Injectable()
export class ValidateCoupon {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async execute(request: CouponRequest): Promise<Validation> {
    const validation = await this.terms(request);
    return validation.valid ? this.withinLimits(validation, request.userId) : validation;
  }

  /** By the coupon's own terms, without the limits on its uses. */
  async terms(request: CouponRequest): Promise<Validation> {
    const code = storedCode(request.code);
    const coupon = code && (await this.database.client.coupon.findUnique({ where: { code } }));
    if (!coupon) return refused(CouponProblems.invalid);
    const judgement = judgeCoupon(coupon, request, this.clock.now());
    return judgement.valid ? { ...judgement, coupon } : judgement;
  }

  private async withinLimits(validation: Validation & { valid: true }, userId: string): Promise<Validation> {
    const { coupon } = validation;
    if (coupon.maxUses !== null && coupon.currentUses >= coupon.maxUses) return refused(CouponProblems.usedUp);
    if (coupon.maxUsesPerUser === null && !coupon.firstPurchaseOnly) return validation;
    const live = await this.database.row<{ ofThis: number; first: boolean }>(Prisma.sql`
      SELECT count(*) FILTER (WHERE coupon_id = ${coupon.id})::int AS "ofThis", coalesce(bool_or(first_purchase_only), false) AS first
      FROM coupon_uses WHERE user_id = ${userId} AND status IN ('RESERVED', 'CONSUMED')`);
    if (coupon.maxUsesPerUser !== null && live && live.ofThis >= coupon.maxUsesPerUser) {
      return refused(CouponProblems.perUser);
    }
    return coupon.firstPurchaseOnly && live?.first ? refused(CouponProblems.firstPurchase) : validation;
  }
}
