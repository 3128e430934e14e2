import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { newId } from '../../platform/ids/index.js';
import type { Money } from '../../platform/money/index.js';
import { CouponProblems } from '../coupons.problems.js';
import type { CouponRequest } from './judge-coupon.js';
import { ValidateCoupon } from './validate-coupon.js';

export interface ReservedCoupon {
  /** As it is stored. */
  readonly code: string;
  readonly discount: Money;
}

/** Reserves a use of a coupon for a payment session and fixes what it takes off. */
@Injectable()
export class ReserveCoupon {
  constructor(
    private readonly database: Database,
    private readonly validateCoupon: ValidateCoupon,
    private readonly clock: Clock,
  ) {}

  /**
   * Contends on the coupon's row, in one statement that takes the slot or answers why not; see coupon_reserve.sql. A refusal leaves the
   * caller's transaction as it was.
   * @throws one of `couponRefusals`
   */
  async execute(request: CouponRequest & { readonly sessionId: string }): Promise<ReservedCoupon> {
    const validation = await this.validateCoupon.terms(request);
    if (!validation.valid) throw new DomainError(validation.problem, validation.message);
    const { coupon, discount } = validation;
    const answer = await this.database.row<{
      outcome: 'reserved' | 'invalid' | 'usedUp' | 'perUser' | 'firstPurchase';
    }>(Prisma.sql`
      SELECT coupon_reserve(${newId('couponUse')}, ${coupon.id}, ${request.userId}, ${request.sessionId},
        ${discount.minor}::bigint, ${discount.currency}, ${this.clock.now()}) AS outcome`);
    if (!answer) throw new Error('coupon_reserve answered nothing');
    if (answer.outcome !== 'reserved') throw new DomainError(CouponProblems[answer.outcome]);
    return { code: coupon.code, discount };
  }
}
