import { Amount, Currency, ListOf, Text, Whole } from '../../platform/http/index.js';

class CouponReportRowDto {
  @Text({ description: "The coupon's code" })
  code: string;

  @Currency({ description: 'Currency of the amounts' })
  currency: string;

  @Whole({ description: 'Uses begun in this time that still wait for their payment' })
  reserved: number;

  @Whole({ description: 'Uses paid in this time, and not returned since' })
  consumed: number;

  @Whole({ description: 'Uses returned in this time: not paid, or refunded' })
  returned: number;

  @Amount({ description: 'What the consumed uses took off, minor units' })
  discount: number;

  @Amount({
    description: 'What their buyers paid all the same, tax included; later refunds are not deducted. Minor units',
  })
  received: number;
}

export const COUPON_COLUMNS = [
  'code',
  'currency',
  'reserved',
  'consumed',
  'returned',
  'discount',
  'received',
] as const satisfies (keyof CouponReportRowDto)[];

export class CouponReportDto {
  @ListOf(() => CouponReportRowDto, { description: 'By code, then currency' })
  rows: CouponReportRowDto[];
}
