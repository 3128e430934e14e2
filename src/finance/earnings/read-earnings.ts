import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../../platform/database/index.js';
import { toCursorPage } from '../../platform/http/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import type { EarningLineDto, EarningsDto, EarningsStatementDto, EarningsStatementQuery } from './earnings.dto.js';

interface Sums {
  currency: string;
  pending: bigint;
  available: bigint;
  inTransit: bigint;
  paidOut: bigint;
  owed: bigint;
  nextReleaseAt: Date | null;
}

interface Line {
  id: string;
  at: Date;
  kind: string;
  account: 'PENDING' | 'AVAILABLE' | 'OWED';
  amount: bigint;
  paymentId: string | null;
  payoutId: string | null;
  title: string | null;
}

/** What instructors have earned: read off the ledger, nothing beside it. */
@Injectable()
export class ReadEarnings {
  constructor(private readonly database: Database) {}

  /** One row per currency; none before anything was sold. */
  async of(instructorId: string): Promise<Omit<EarningsDto, 'accounts'>> {
    const balance = (prefix: string, sign: 1 | -1) => Prisma.sql`
      coalesce((SELECT ${sign}::int * sum(l.amount) FROM ledger_accounts a JOIN ledger_postings l ON l.account_id = a.id
        WHERE a.code = ${prefix} || ${instructorId} AND a.currency = c.currency), 0)::bigint`;
    const payouts = (statuses: Prisma.Sql) => Prisma.sql`
      coalesce((SELECT sum(amount) FROM payouts WHERE payee_id = ${instructorId} AND currency = c.currency AND status IN (${statuses})), 0)::bigint`;
    const rows = await this.database.rows<Sums>(Prisma.sql`
      SELECT c.currency, ${balance('liability:earnings-pending:', -1)} AS pending, ${balance('liability:earnings:', -1)} AS available,
        ${balance('asset:receivable:', 1)} AS owed, ${payouts(Prisma.sql`'REQUESTED', 'IN_TRANSIT'`)} AS "inTransit",
        ${payouts(Prisma.sql`'PAID'`)} AS "paidOut",
        (SELECT min(due_at) FROM earnings WHERE payee_id = ${instructorId} AND currency = c.currency AND pending > 0) AS "nextReleaseAt"
      FROM (
        SELECT DISTINCT currency FROM ledger_accounts
        WHERE owner_id = ${instructorId} AND (starts_with(code, 'liability:earnings') OR starts_with(code, 'asset:receivable:'))
      ) c ORDER BY c.currency`);
    return {
      instructorId,
      currencies: rows.map(({ currency, nextReleaseAt, ...sums }) => ({
        currency,
        pending: toJsonAmount(sums.pending),
        available: toJsonAmount(sums.available),
        inTransit: toJsonAmount(sums.inTransit),
        paidOut: toJsonAmount(sums.paidOut),
        owed: toJsonAmount(sums.owed),
        nextReleaseAt,
      })),
    };
  }

  /** Every movement of what somebody has earned in one currency, newest first. */
  async statement(
    instructorId: string,
    { currency, cursor, limit }: EarningsStatementQuery,
  ): Promise<EarningsStatementDto> {
    const page = cursor === undefined ? Prisma.empty : Prisma.sql`AND e.id || ':' || p.position < ${cursor}`;
    const lines = await this.database.rows<Line>(Prisma.sql`
      SELECT e.id || ':' || p.position AS id, e.posted_at AS at, e.kind,
        CASE split_part(a.code, ':', 2) WHEN 'earnings' THEN 'AVAILABLE' WHEN 'receivable' THEN 'OWED' ELSE 'PENDING' END AS account,
        -p.amount AS amount, CASE e.object_type WHEN 'payment' THEN e.object_id END AS "paymentId",
        CASE e.object_type WHEN 'payout' THEN e.object_id END AS "payoutId", s.title
      FROM ledger_accounts a JOIN ledger_postings p ON p.account_id = a.id JOIN ledger_entries e ON e.id = p.entry_id
        LEFT JOIN payments pay ON e.object_type = 'payment' AND pay.id = e.object_id
        LEFT JOIN payment_sessions s ON s.id = pay.session_id
      WHERE a.code IN (${`liability:earnings-pending:${instructorId}`}, ${`liability:earnings:${instructorId}`}, ${`asset:receivable:${instructorId}`})
        AND a.currency = ${currency} ${page}
      ORDER BY 1 DESC LIMIT ${limit + 1}`);
    return toCursorPage(lines.map(toLine), limit, ({ id }) => id);
  }
}

function toLine({ amount, ...line }: Line): EarningLineDto {
  return { ...line, amount: toJsonAmount(amount) };
}
