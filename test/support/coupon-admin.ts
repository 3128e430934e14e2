import type { TestApp } from './app.js';
import { type Person, sql } from './people.js';
import { newId } from '../../src/platform/ids/index.js';
import { Money } from '../../src/platform/money/index.js';
import { ReserveCoupon } from '../../src/coupons/index.js';
import type { ManagedCouponDto } from '../../src/coupons/admin/coupons.dto.js';

let number = 0;

export type Fields = Record<string, unknown>;

export interface Problem {
  code: string;
  detail: string;
  errors?: { pointer: string }[];
}

export const minimal = { name: 'Ten off', discountType: 'PERCENTAGE', discountValue: 10 };

export const pointers = ({ errors }: Problem) => [...new Set(errors?.map(({ pointer }) => pointer))];

export const full = {
  name: 'Summer',
  description: 'Until the leaves fall.',
  discountType: 'FIXED_AMOUNT',
  discountValue: 1500,
  currency: 'USD',
  maxUses: 100,
  maxUsesPerUser: 2,
  isActive: false,
  isPublic: true,
  validFrom: '2026-06-01T00:00:00.000Z',
  validUntil: '2026-09-01T00:00:00.000Z',
  minimumAmount: 5000,
  maximumDiscount: 1200,
  applicableCourses: ['crs_01k9z3yq2ee6s8dt2v8r4gqv7m'],
  applicableKinds: ['course', 'bundle'],
  firstPurchaseOnly: true,
  returnOnRefund: true,
};

export const unsaid = {
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
};

/** What an admin does with coupons, over HTTP. */
export class CouponAdmin {
  constructor(
    private readonly app: TestApp,
    private readonly admin: Person,
  ) {}

  send<T = ManagedCouponDto>(method: string, path: string, body?: Fields, who: Person | undefined = this.admin) {
    return this.app.request<T>(method, `/coupons${path}`, { body, token: who?.token });
  }

  create<T = ManagedCouponDto>(fields: Fields = {}) {
    return this.send<T>('POST', '', { ...minimal, code: `CODE-${(number += 1)}`, ...fields });
  }

  async created(fields: Fields = {}): Promise<ManagedCouponDto> {
    const { status, body } = await this.create(fields);
    if (status !== 201) throw new Error(JSON.stringify(body));
    return body;
  }

  async read(id: string) {
    return (await this.send('GET', `/${id}`)).body;
  }

  audits(id: string) {
    return sql(
      this.app.database,
      'SELECT actor_id AS actor, action, object_type AS type, before, after, request_id FROM audit_records WHERE object_id = $1 ORDER BY at, id',
      [id],
    );
  }

  async reserve({ code }: ManagedCouponDto, userId = `usr_${(number += 1)}`): Promise<string> {
    const sessionId = newId('paymentSession');
    await this.app.app.get(ReserveCoupon).execute({
      ...{ code, userId, sessionId, itemKind: 'course', itemId: 'crs_any' },
      ...{ price: Money.of(9999, 'USD'), firstPurchase: true },
    });
    return sessionId;
  }
}
