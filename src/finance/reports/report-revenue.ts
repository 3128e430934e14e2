import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../../platform/database/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import type { RevenueGroup, RevenueQuery, RevenueReportDto } from './revenue.dto.js';

interface Row {
  key: string;
  currency: string;
  sales: bigint;
  gross: bigint;
  refunded: bigint;
  tax: bigint;
  instructorShare: bigint;
  revenue: bigint;
}

/**
 * Sales and what went back of them, each when it was booked, as the journal has them: every figure is a sum of postings, so it equals the
 * trial balance to the minor unit. What a leg is is told by its account's code. Only what is earned counts; a top-up, which leaves the
 * money with us for the buyer, is no revenue.
 */
@Injectable()
export class ReportRevenue {
  constructor(private readonly database: Database) {}

  async execute({ groupBy, from, to, timeZone }: RevenueQuery): Promise<RevenueReportDto> {
    const key = keys(timeZone)[groupBy];
    const since = from ? Prisma.sql`AND e.effective_at >= ${new Date(from)}` : Prisma.empty;
    const until = to ? Prisma.sql`AND e.effective_at < ${new Date(to)}` : Prisma.empty;
    const rows = await this.database.rows<Row>(Prisma.sql`
      SELECT ${key} AS key, e.currency, count(*) FILTER (WHERE e.sold) AS sales,
        coalesce(sum(e.tax + e.share + e.revenue) FILTER (WHERE e.sold), 0)::bigint AS gross,
        coalesce(-sum(e.tax + e.share + e.revenue) FILTER (WHERE NOT e.sold), 0)::bigint AS refunded, sum(e.tax)::bigint AS tax,
        sum(e.share)::bigint AS "instructorShare", sum(e.revenue)::bigint AS revenue
      FROM (
        SELECT e.id, e.object_id, e.effective_at, l.currency, e.kind LIKE '%.sold' AS sold,
          ${credited('liability:tax:')} AS tax, ${credited('liability:earnings-pending:')} AS share, ${credited('revenue:')} AS revenue
        FROM ledger_entries e
        JOIN ledger_postings l ON l.entry_id = e.id
        JOIN ledger_accounts a ON a.id = l.account_id
        WHERE (e.kind LIKE '%.sold' OR e.kind IN (${Prisma.join(GIVEN_BACK)})) ${since} ${until}
        GROUP BY e.id, l.currency
      ) e
      JOIN payments p ON p.id = e.object_id
      JOIN payment_sessions s ON s.id = p.session_id
      WHERE e.tax <> 0 OR e.share <> 0 OR e.revenue <> 0
      GROUP BY 1, 2 ORDER BY 1, 2`);
    return {
      groupBy,
      timeZone,
      rows: rows.map((row) => ({
        key: row.key,
        currency: row.currency,
        sales: Number(row.sales),
        gross: toJsonAmount(row.gross),
        refunded: toJsonAmount(row.refunded),
        tax: toJsonAmount(row.tax),
        instructorShare: toJsonAmount(row.instructorShare),
        revenue: toJsonAmount(row.revenue),
      })),
    };
  }
}

/** Entries that take a part of a sale back, and those that undo that. */
const GIVEN_BACK = ['refund.asked', 'refund.failed', 'dispute.lost', 'dispute.won-on-appeal'];

const credited = (prefix: string) =>
  Prisma.sql`coalesce(-sum(l.amount) FILTER (WHERE starts_with(a.code, ${prefix})), 0)`;

const keys = (timeZone: string): Record<RevenueGroup, Prisma.Sql> => ({
  day: Prisma.sql`to_char(e.effective_at AT TIME ZONE ${timeZone}, 'YYYY-MM-DD')`,
  course: Prisma.sql`s.item_id`,
  provider: Prisma.sql`p.provider::text`,
});
