import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../../platform/database/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import type { RevenueGroup, RevenueQuery, RevenueReportDto } from './revenue.dto.js';

interface Row {
  key: string;
  currency: string;
  sales: bigint;
  gross: bigint;
  tax: bigint;
  instructorShare: bigint;
  revenue: bigint;
}

/**
 * Sales as the journal has them: every figure is a sum of postings, so it equals the trial balance to the minor unit. What a leg is is
 * told by its account's code: the buyer's side may be a liability too, a wallet. Only what is earned at once counts; a top-up, which
 * leaves the money with us for the buyer, is no revenue.
 */
@Injectable()
export class ReportRevenue {
  constructor(private readonly database: Database) {}

  async execute({ groupBy, from, to, timeZone }: RevenueQuery): Promise<RevenueReportDto> {
    const key = keys(timeZone)[groupBy];
    const since = from ? Prisma.sql`AND e.effective_at >= ${new Date(from)}` : Prisma.empty;
    const until = to ? Prisma.sql`AND e.effective_at < ${new Date(to)}` : Prisma.empty;
    const rows = await this.database.rows<Row>(Prisma.sql`
      SELECT ${key} AS key, e.currency, count(*) AS sales, sum(e.gross)::bigint AS gross, sum(e.tax)::bigint AS tax,
        sum(e.share)::bigint AS "instructorShare", sum(e.revenue)::bigint AS revenue
      FROM (
        SELECT e.id, e.object_id, e.effective_at, l.currency,
          ${sum(Prisma.sql`l.amount > 0`)} AS gross,
          -${sum(credited('liability:tax:'))} AS tax,
          -${sum(credited('liability:earnings-pending:'))} AS share,
          -${sum(credited('revenue:'))} AS revenue
        FROM ledger_entries e
        JOIN ledger_postings l ON l.entry_id = e.id
        JOIN ledger_accounts a ON a.id = l.account_id
        WHERE e.kind LIKE '%.sold' ${since} ${until}
        GROUP BY e.id, l.currency
      ) e
      JOIN payments p ON p.id = e.object_id
      JOIN payment_sessions s ON s.id = p.session_id
      WHERE e.gross = e.tax + e.share + e.revenue
      GROUP BY 1, 2 ORDER BY 1, 2`);
    return {
      groupBy,
      timeZone,
      rows: rows.map((row) => ({
        key: row.key,
        currency: row.currency,
        sales: Number(row.sales),
        gross: toJsonAmount(row.gross),
        tax: toJsonAmount(row.tax),
        instructorShare: toJsonAmount(row.instructorShare),
        revenue: toJsonAmount(row.revenue),
      })),
    };
  }
}

const sum = (condition: Prisma.Sql) => Prisma.sql`coalesce(sum(l.amount) FILTER (WHERE ${condition}), 0)`;
const credited = (prefix: string) => Prisma.sql`l.amount < 0 AND starts_with(a.code, ${prefix})`;

const keys = (timeZone: string): Record<RevenueGroup, Prisma.Sql> => ({
  day: Prisma.sql`to_char(e.effective_at AT TIME ZONE ${timeZone}, 'YYYY-MM-DD')`,
  course: Prisma.sql`s.item_id`,
  provider: Prisma.sql`p.provider::text`,
});
