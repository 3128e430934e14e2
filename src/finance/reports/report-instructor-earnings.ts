import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../../platform/database/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import type { InstructorEarningsReportDto } from './instructor-earnings.dto.js';
import { since, until } from './period.js';
import type { PeriodQuery } from './period.dto.js';
import { sold } from './trade-entries.js';

interface Row {
  instructorId: string;
  name: string;
  currency: string;
  opening: bigint;
  earned: bigint;
  takenBack: bigint;
  recovered: bigint;
  paidOut: bigint;
  closing: bigint;
  pending: bigint;
  owed: bigint;
}

/**
 * What each instructor has of sales, and how it changed. Summed from the journal, both of an instructor's accounts together, so that what is
 * released or frozen changes nothing.
 */
@Injectable()
export class ReportInstructorEarnings {
  constructor(private readonly database: Database) {}

  async execute(bounds: PeriodQuery): Promise<InstructorEarningsReportDto> {
    const rows = await this.database.rows<Row>(Prisma.sql`
      WITH change AS (
        SELECT a.owner_id, a.currency, starts_with(a.code, 'liability:earnings-pending:') AS pending, -l.amount AS credit,
          e.effective_at >= ${since(bounds)} AS asked,
          CASE WHEN ${sold} THEN 'earned' WHEN e.object_type = 'payout' THEN 'paid-out' WHEN e.kind = 'receivable.settled' THEN 'recovered'
            ELSE 'taken-back' END AS "by"
        FROM ledger_accounts a
        JOIN ledger_postings l ON l.account_id = a.id
        JOIN ledger_entries e ON e.id = l.entry_id
        WHERE starts_with(a.code, 'liability:earnings') AND e.effective_at < ${until(bounds)}
      )
      SELECT c.*, u.name, (
          SELECT coalesce(sum(l.amount), 0)::bigint
          FROM ledger_accounts a
          JOIN ledger_postings l ON l.account_id = a.id
          JOIN ledger_entries e ON e.id = l.entry_id
          WHERE a.code = 'asset:receivable:' || c."instructorId" AND a.currency = c.currency AND e.effective_at < ${until(bounds)}
        ) AS owed
      FROM (
        SELECT owner_id AS "instructorId", currency, ${total(Prisma.sql`NOT asked`)} AS opening, ${total(by('earned'))} AS earned,
          -${total(by('taken-back'))} AS "takenBack", -${total(by('recovered'))} AS recovered, -${total(by('paid-out'))} AS "paidOut",
          sum(credit)::bigint AS closing, ${total(Prisma.sql`pending`)} AS pending
        FROM change GROUP BY 1, 2
      ) c
      JOIN users u ON u.id = c."instructorId"
      ORDER BY u.name, c."instructorId", c.currency`);
    return {
      rows: rows.map(({ instructorId, name, currency, ...amounts }) => ({
        ...{ instructorId, name, currency },
        opening: toJsonAmount(amounts.opening),
        earned: toJsonAmount(amounts.earned),
        takenBack: toJsonAmount(amounts.takenBack),
        recovered: toJsonAmount(amounts.recovered),
        paidOut: toJsonAmount(amounts.paidOut),
        closing: toJsonAmount(amounts.closing),
        pending: toJsonAmount(amounts.pending),
        owed: toJsonAmount(amounts.owed),
      })),
    };
  }
}

const total = (which: Prisma.Sql) => Prisma.sql`coalesce(sum(credit) FILTER (WHERE ${which}), 0)::bigint`;
const by = (what: string) => Prisma.sql`asked AND "by" = ${what}`;
