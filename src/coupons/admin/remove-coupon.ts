import { Injectable } from '@nestjs/common';
import { RecordAudit } from '../../platform/audit/index.js';
import { Database, Transactional } from '../../platform/database/index.js';
import { termsOf, toManagedCoupon } from './coupon-terms.js';
import type { RemovedCouponDto } from './coupons.dto.js';
import { EditCoupon } from './edit-coupon.js';
import { LockCoupon } from './lock-coupon.js';

/** Deletes a coupon that has never been used; deactivates any other, so that what it gave stays explained. */
@Injectable()
export class RemoveCoupon {
  constructor(
    private readonly database: Database,
    private readonly lockCoupon: LockCoupon,
    private readonly editCoupon: EditCoupon,
    private readonly audit: RecordAudit,
  ) {}

  /** Whoever reserves waits for the coupon's row, so no use comes between the question and the deed. */
  @Transactional()
  async execute(id: string, actorId: string): Promise<RemovedCouponDto> {
    const coupon = await this.lockCoupon.execute(id);
    const used = await this.database.client.couponUse.findFirst({ where: { couponId: id }, select: { id: true } });
    if (used) {
      const inactive = await this.editCoupon.execute(id, { isActive: false }, actorId);
      return { deleted: false, message: 'The coupon has been used: it is deactivated instead', coupon: inactive };
    }
    await this.database.client.coupon.delete({ where: { id } });
    await this.audit.execute({
      actorId,
      action: 'coupon.deleted',
      objectType: 'coupon',
      objectId: id,
      before: { code: coupon.code, ...termsOf(coupon) },
    });
    return { deleted: true, message: 'The coupon is deleted', coupon: toManagedCoupon(coupon) };
  }
}
