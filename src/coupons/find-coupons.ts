import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock/index.js';
import { Database, type Prisma } from '../platform/database/index.js';
import { notFound } from '../platform/errors/index.js';
import { type Page, type PageQuery, toPage, window } from '../platform/http/index.js';
import { type CouponDto, toCoupon } from './coupon.dto.js';
import { storedCode } from './coupon.js';
import { lapse } from './use/judge-coupon.js';

/** Coupons as buyers may see them. */
@Injectable()
export class FindCoupons {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Public ones that could be used now, newest first. */
  async active(query: PageQuery): Promise<Page<CouponDto>> {
    const { client } = this.database;
    const now = this.clock.now();
    const where: Prisma.CouponWhereInput = {
      isActive: true,
      isPublic: true,
      AND: [
        { OR: [{ validFrom: null }, { validFrom: { lte: now } }] },
        { OR: [{ validUntil: null }, { validUntil: { gt: now } }] },
        { OR: [{ maxUses: null }, { currentUses: { lt: client.coupon.fields.maxUses } }] },
      ],
    };
    const [coupons, total] = await Promise.all([
      client.coupon.findMany({ where, orderBy: { id: 'desc' }, ...window(query) }),
      client.coupon.count({ where }),
    ]);
    return toPage(coupons.map(toCoupon), total, query);
  }

  /** @throws not found for a code that nobody can use now: unknown, inactive, not valid yet or any more */
  async byCode(typed: string): Promise<CouponDto> {
    const code = storedCode(typed);
    const coupon = code && (await this.database.client.coupon.findUnique({ where: { code } }));
    if (!coupon || lapse(coupon, this.clock.now())) throw notFound('Coupon');
    return toCoupon(coupon);
  }
}
