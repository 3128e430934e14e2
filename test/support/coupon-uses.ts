import type { TestApp } from './app.js';
import { Database } from '../../src/platform/database/index.js';
import { newId } from '../../src/platform/ids/index.js';
import { Money } from '../../src/platform/money/index.js';
import type { Coupon } from '../../src/coupons/coupon.js';
import { ReserveCoupon } from '../../src/coupons/index.js';

let number = 0;

export const next = (what: string) => `${what}_${(number += 1)}`;

export interface Asked {
  userId?: string;
  sessionId?: string;
  price?: Money;
}

/** Coupons, who asks for them, and what is kept of their uses. */
export class CouponUses {
  constructor(
    private readonly app: TestApp,
    private readonly database: Database,
    private readonly reserveCoupon: ReserveCoupon,
  ) {}

  /** 10 % off anything, unless told otherwise. */
  coupon(terms: Partial<Coupon> = {}): Promise<Coupon> {
    const now = this.app.clock.now();
    return this.database.client.coupon.create({
      data: {
        id: newId('coupon'),
        code: next('CODE'),
        name: 'A coupon',
        discountType: 'PERCENTAGE',
        discountValue: 1000n,
        createdAt: now,
        updatedAt: now,
        ...terms,
      },
    });
  }

  requestOf({ code }: Coupon, asked: Asked = {}) {
    return {
      code,
      userId: next('usr'),
      itemKind: 'course',
      itemId: 'crs_any',
      price: Money.of(9999, 'USD'),
      firstPurchase: true,
      ...asked,
    };
  }

  reserve(of: Coupon, asked: Asked = {}) {
    return this.reserveCoupon.execute({ sessionId: next('ps'), ...this.requestOf(of, asked) });
  }

  /** Reserves and answers the session. */
  async reserved(of: Coupon, userId = next('usr')): Promise<string> {
    const sessionId = next('ps');
    await this.reserve(of, { userId, sessionId });
    return sessionId;
  }

  async uses({ id }: Coupon) {
    return (await this.database.client.coupon.findUniqueOrThrow({ where: { id } })).currentUses;
  }

  async statuses({ id }: Coupon) {
    return (await this.database.client.couponUse.findMany({ where: { couponId: id }, orderBy: { id: 'asc' } })).map(
      ({ status }) => status,
    );
  }

  async state(of: Coupon) {
    return [await this.uses(of), ...(await this.statuses(of))];
  }
}
