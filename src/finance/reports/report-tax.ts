import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../../platform/database/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import { calendarKey, within } from './period.js';
import type { TaxQuery, TaxReportDto } from './tax.dto.js';
import { sold } from './trade-entries.js';

interface Row {
  period: string;
  country: string;
  currency: string;
  charged: bigint;
  givenBack: bigint;
}

/** What is owed to each country's tax office: charged by sales, and less by whatever takes some of them back. */
@Injectable()
export class ReportTax {
  constructor(private readonly database: Database) {}

  async execute({ groupBy, timeZone, ...bounds }: TaxQuery): Promise<TaxReportDto> {
    const moment = Prisma.sql`e.effective_at`;
    const rows = await this.database.rows<Row>(Prisma.sql`
      SELECT ${calendarKey(groupBy, moment, timeZone)} AS period, upper(split_part(a.code, ':', 3)) AS country, a.currency,
        coalesce(-sum(l.amount) FILTER (WHERE ${sold}), 0)::bigint AS charged,
        coalesce(sum(l.amount) FILTER (WHERE NOT ${sold}), 0)::bigint AS "givenBack"
      FROM ledger_accounts a
      JOIN ledger_postings l ON l.account_id = a.id
      JOIN ledger_entries e ON e.id = l.entry_id
      WHERE starts_with(a.code, 'liability:tax:') AND ${within(moment, bounds)}
      GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`);
    return {
      groupBy,
      timeZone,
      rows: rows.map(({ charged, givenBack, ...row }) => ({
        ...row,
        charged: toJsonAmount(charged),
        givenBack: toJsonAmount(givenBack),
        due: toJsonAmount(charged - givenBack),
      })),
    };
  }
}
