import { Injectable } from '@nestjs/common';
import { RecordAudit } from '../../platform/audit/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, Transactional } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { newId } from '../../platform/ids/index.js';
import { CouponProblems } from '../coupons.problems.js';
import { checkTerms, type CouponTerms, termsOf, toColumns, toManagedCoupon, withChanges } from './coupon-terms.js';
import type { CreateCouponDto, ManagedCouponDto } from './coupons.dto.js';

/** What is not said of a new coupon. */
const unsaid = {
  description: '',
  currency: null,
  maxUses: null,
  maxUsesPerUser: null,
  isActive: true,
  isPublic: false,
  validFrom: null,
  validUntil: null,
  minimumAmount: null,
  maximumDiscount: null,
  applicableCourses: [],
  applicableKinds: [],
  firstPurchaseOnly: false,
  returnOnRefund: false,
} satisfies Partial<CouponTerms>;

@Injectable()
export class CreateCoupon {
  constructor(
    private readonly database: Database,
    private readonly audit: RecordAudit,
    private readonly clock: Clock,
  ) {}

  /** @throws Problems.validation, CouponProblems.codeTaken */
  @Transactional()
  async execute({ code, ...said }: CreateCouponDto, actorId: string): Promise<ManagedCouponDto> {
    const { name, discountType, discountValue } = said;
    const terms = withChanges({ ...unsaid, name, discountType, discountValue }, said);
    checkTerms(terms);
    const now = this.clock.now();
    // Contends on the code: the unique index lets one through, and who is not told so by an error keeps a whole transaction.
    const [coupon] = await this.database.client.coupon.createManyAndReturn({
      data: { ...toColumns(terms), id: newId('coupon'), code: code.toUpperCase(), createdAt: now, updatedAt: now },
      skipDuplicates: true,
    });
    if (!coupon) throw new DomainError(CouponProblems.codeTaken);
    await this.audit.execute({
      actorId,
      action: 'coupon.created',
      objectType: 'coupon',
      objectId: coupon.id,
      after: { code: coupon.code, ...termsOf(coupon) },
    });
    return toManagedCoupon(coupon);
  }
}
