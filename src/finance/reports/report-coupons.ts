import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../../platform/database/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import type { CouponReportDto } from './coupon-report.dto.js';
import { within } from './period.js';
import type { PeriodQuery } from './period.dto.js';

interface Row {
  code: string;
  currency: string;
  reserved: bigint;
  consumed: bigint;
  returned: bigint;
  discount: bigint;
  received: bigint;
}

/** How coupons were used. A use counts once: as what it is now, when it became that. What its buyer paid is the sale's posting. */
@Injectable()
export class ReportCoupons {
  constructor(private readonly database: Database) {}

  async execute(bounds: PeriodQuery): Promise<CouponReportDto> {
    const became = Prisma.sql`CASE u.status WHEN 'RESERVED' THEN u.reserved_at WHEN 'CONSUMED' THEN u.consumed_at ELSE u.returned_at END`;
    const rows = await this.database.rows<Row>(Prisma.sql`
      SELECT c.code, u.currency, count(*) FILTER (WHERE u.status = 'RESERVED') AS reserved,
        count(*) FILTER (WHERE u.status = 'CONSUMED') AS consumed, count(*) FILTER (WHERE u.status = 'RETURNED') AS returned,
        coalesce(sum(u.discount) FILTER (WHERE u.status = 'CONSUMED'), 0)::bigint AS discount,
        coalesce(sum(sale.received), 0)::bigint AS received
      FROM coupon_uses u
      JOIN coupons c ON c.id = u.coupon_id
      LEFT JOIN LATERAL (
        SELECT sum(l.amount) AS received
        FROM payments p
        JOIN ledger_entries e ON e.object_type = 'payment' AND e.object_id = p.id AND e.kind LIKE '%.sold'
        JOIN ledger_postings l ON l.entry_id = e.id AND l.amount > 0
        WHERE p.session_id = u.session_id
      ) sale ON u.status = 'CONSUMED'
      WHERE ${within(became, bounds)}
      GROUP BY 1, 2 ORDER BY 1, 2`);
    return {
      rows: rows.map(({ code, currency, reserved, consumed, returned, discount, received }) => ({
        code,
        currency,
        reserved: Number(reserved),
        consumed: Number(consumed),
        returned: Number(returned),
        discount: toJsonAmount(discount),
        received: toJsonAmount(received),
      })),
    };
  }
}
