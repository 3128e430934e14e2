import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../../platform/database/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import type { DeferredRevenueReportDto } from './deferred-revenue.dto.js';
import { since, until } from './period.js';
import type { PeriodQuery } from './period.dto.js';
import { sold } from './trade-entries.js';

interface Row {
  stream: string;
  currency: string;
  opening: bigint;
  added: bigint;
  recognised: bigint;
  moved: bigint;
  returned: bigint;
  closing: bigint;
}

/**
 * What is paid and not delivered, and how it changed. What a change was is told by the other legs of its entry: another deferred account,
 * revenue, or else the buyer's money, which comes by a sale and otherwise goes back.
 */
@Injectable()
export class ReportDeferredRevenue {
  constructor(private readonly database: Database) {}

  async execute(bounds: PeriodQuery): Promise<DeferredRevenueReportDto> {
    const rows = await this.database.rows<Row>(Prisma.sql`
      WITH leg AS (
        SELECT l.entry_id, a.code, a.currency, l.amount, starts_with(a.code, 'liability:deferred:') AS deferred
        FROM ledger_accounts a JOIN ledger_postings l ON l.account_id = a.id
        WHERE starts_with(a.code, 'liability:deferred:') OR starts_with(a.code, 'revenue:')
      ), entry AS (
        SELECT entry_id, currency, count(*) FILTER (WHERE deferred) > 1 AS moved, bool_or(NOT deferred) AS earned
        FROM leg GROUP BY 1, 2
      )
      SELECT stream, currency, ${total(Prisma.sql`NOT asked`)} AS opening, ${total(Prisma.sql`asked AND "by" = 'added'`)} AS added,
        -${total(Prisma.sql`asked AND "by" = 'recognised'`)} AS recognised, ${total(Prisma.sql`asked AND "by" = 'moved'`)} AS moved,
        -${total(Prisma.sql`asked AND "by" = 'returned'`)} AS returned, sum(credit)::bigint AS closing
      FROM (
        SELECT split_part(leg.code, ':', 3) AS stream, leg.currency, -leg.amount AS credit, e.effective_at >= ${since(bounds)} AS asked,
          CASE WHEN entry.moved THEN 'moved' WHEN entry.earned THEN 'recognised' WHEN ${sold} THEN 'added' ELSE 'returned' END AS "by"
        FROM leg
        JOIN entry ON entry.entry_id = leg.entry_id AND entry.currency = leg.currency
        JOIN ledger_entries e ON e.id = leg.entry_id
        WHERE leg.deferred AND e.effective_at < ${until(bounds)}
      ) change
      GROUP BY 1, 2 ORDER BY 1, 2`);
    return {
      rows: rows.map(({ stream, currency, ...amounts }) => ({
        stream,
        currency,
        opening: toJsonAmount(amounts.opening),
        added: toJsonAmount(amounts.added),
        recognised: toJsonAmount(amounts.recognised),
        moved: toJsonAmount(amounts.moved),
        returned: toJsonAmount(amounts.returned),
        closing: toJsonAmount(amounts.closing),
      })),
    };
  }
}

const total = (which: Prisma.Sql) => Prisma.sql`coalesce(sum(credit) FILTER (WHERE ${which}), 0)::bigint`;
