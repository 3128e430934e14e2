import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { RecordAudit } from '../../platform/audit/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma, Transactional } from '../../platform/database/index.js';
import { DomainError, invalid } from '../../platform/errors/index.js';
import type { Coupon } from '../coupon.js';
import { CouponProblems } from '../coupons.problems.js';
import { checkTerms, type CouponTerms, termsOf, toColumns, toManagedCoupon, withChanges } from './coupon-terms.js';
import type { EditCouponDto, ManagedCouponDto } from './coupons.dto.js';
import { LockCoupon } from './lock-coupon.js';

/** Changes what is given. What was reserved before keeps its discount. */
@Injectable()
export class EditCoupon {
  constructor(
    private readonly database: Database,
    private readonly lockCoupon: LockCoupon,
    private readonly audit: RecordAudit,
    private readonly clock: Clock,
  ) {}

  /** @throws not found, Problems.validation, CouponProblems.belowUses */
  @Transactional()
  async execute(id: string, changes: EditCouponDto, actorId: string): Promise<ManagedCouponDto> {
    const coupon = await this.lockCoupon.execute(id);
    const before = termsOf(coupon);
    const after = withChanges(before, changes);
    if (after.discountType !== before.discountType && changes.discountValue === undefined) {
      throw invalid(
        'discountValue',
        'discountValue must be given with another discountType: it means something else there',
      );
    }
    checkTerms(after);
    if (isDeepStrictEqual(before, after)) return toManagedCoupon(coupon);
    await this.checkLimits(coupon, after);
    const changed = await this.database.client.coupon.update({
      where: { id },
      data: { ...toColumns(after), updatedAt: this.clock.now() },
    });
    await this.audit.execute({
      actorId,
      action: 'coupon.changed',
      objectType: 'coupon',
      objectId: id,
      before: { ...before },
      after: { ...after },
    });
    return toManagedCoupon(changed);
  }

  /** The uses stand still while the coupon's row is locked. */
  private async checkLimits({ id, currentUses }: Coupon, { maxUses, maxUsesPerUser }: CouponTerms): Promise<void> {
    if (maxUses !== null && maxUses < currentUses) {
      throw new DomainError(CouponProblems.belowUses, `maxUses cannot be lower than the ${currentUses} uses there are`);
    }
    if (maxUsesPerUser === null) return;
    const most = await this.database.row<{ uses: number }>(Prisma.sql`
      SELECT count(*)::int AS uses FROM coupon_uses WHERE coupon_id = ${id} AND status IN ('RESERVED', 'CONSUMED')
      GROUP BY user_id ORDER BY uses DESC LIMIT 1`);
    if (most && maxUsesPerUser < most.uses) {
      const detail = `maxUsesPerUser cannot be lower than the ${most.uses} uses that one person has`;
      throw new DomainError(CouponProblems.belowUses, detail);
    }
  }
}
