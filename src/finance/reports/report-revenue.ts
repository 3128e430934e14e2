import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../../platform/database/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import type { RevenueGroup, RevenueQuery, RevenueReportDto } from './revenue.dto.js';

interface Row {
  key: string;
  currency: string;
  sales: bigint;
  gross: bigint;
  instructorShare: bigint;
  revenue: bigint;
}

/** Course sales as the journal has them: every figure is a sum of postings, so it equals the trial balance to the minor unit. */
@Injectable()
export class ReportRevenue {
  constructor(private readonly database: Database) {}

  async execute({ groupBy, from, to, timeZone }: RevenueQuery): Promise<RevenueReportDto> {
    const key = keys(timeZone)[groupBy];
    const since = from ? Prisma.sql`AND e.effective_at >= ${new Date(from)}` : Prisma.empty;
    const until = to ? Prisma.sql`AND e.effective_at < ${new Date(to)}` : Prisma.empty;
    const rows = await this.database.rows<Row>(Prisma.sql`
      SELECT ${key} AS key, l.currency, count(DISTINCT e.id) AS sales,
        coalesce(sum(l.amount) FILTER (WHERE a.type = 'ASSET'), 0)::bigint AS gross,
        coalesce(-sum(l.amount) FILTER (WHERE a.type = 'LIABILITY'), 0)::bigint AS "instructorShare",
        coalesce(-sum(l.amount) FILTER (WHERE a.type = 'REVENUE'), 0)::bigint AS revenue
      FROM ledger_entries e
      JOIN ledger_postings l ON l.entry_id = e.id
      JOIN ledger_accounts a ON a.id = l.account_id
      JOIN payments p ON p.id = e.object_id
      JOIN payment_sessions s ON s.id = p.session_id
      WHERE e.kind = 'course.sold' ${since} ${until}
      GROUP BY 1, 2 ORDER BY 1, 2`);
    return {
      groupBy,
      timeZone,
      rows: rows.map((row) => ({
        key: row.key,
        currency: row.currency,
        sales: Number(row.sales),
        gross: toJsonAmount(row.gross),
        instructorShare: toJsonAmount(row.instructorShare),
        revenue: toJsonAmount(row.revenue),
      })),
    };
  }
}

const keys = (timeZone: string): Record<RevenueGroup, Prisma.Sql> => ({
  day: Prisma.sql`to_char(e.effective_at AT TIME ZONE ${timeZone}, 'YYYY-MM-DD')`,
  course: Prisma.sql`s.item_id`,
  provider: Prisma.sql`p.provider::text`,
});
