import { Injectable } from '@nestjs/common';
import { Database, literal, type Prisma } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';
import { type Page, toPage, window } from '../../platform/http/index.js';
import { toManagedCoupon } from './coupon-terms.js';
import type { CouponListQuery, ManagedCouponDto } from './coupons.dto.js';

/** All coupons, for admins. */
@Injectable()
export class ReadCoupons {
  constructor(private readonly database: Database) {}

  /** Newest first. */
  async list(query: CouponListQuery): Promise<Page<ManagedCouponDto>> {
    const where: Prisma.CouponWhereInput = {
      isActive: query.isActive,
      code: query.search && { contains: literal(query.search.toUpperCase()) },
    };
    const [coupons, total] = await Promise.all([
      this.database.client.coupon.findMany({ where, orderBy: { id: 'desc' }, ...window(query) }),
      this.database.client.coupon.count({ where }),
    ]);
    return toPage(coupons.map(toManagedCoupon), total, query);
  }

  /** @throws not found */
  async one(id: string): Promise<ManagedCouponDto> {
    const coupon = await this.database.client.coupon.findUnique({ where: { id } });
    if (!coupon) throw notFound('Coupon');
    return toManagedCoupon(coupon);
  }
}
