import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../../platform/database/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import { within } from '../reports/period.js';
import { DRAWER_PREFIX } from './cashboxes.js';
import type { CashReconciliationDto, CashReconciliationQuery, ReconciliationStatus } from './reconciliation.dto.js';

interface Row {
  branchId: string;
  branchName: string;
  currency: string;
  expected: bigint;
  actual: bigint;
}

/**
 * Seats paid in cash against cash taken for seats: what the seats of finished sessions should have brought, by when the sessions began, and
 * what came into the drawers for seats, by when it came. Floats, banking, pay-outs and counts are none of it.
 */
@Injectable()
export class ReconcileCash {
  constructor(private readonly database: Database) {}

  async execute({ branchId, ...bounds }: CashReconciliationQuery): Promise<CashReconciliationDto> {
    const of = (branch: Prisma.Sql) => (branchId ? Prisma.sql`AND ${branch} = ${branchId}` : Prisma.empty);
    const rows = await this.database.rows<Row>(Prisma.sql`
      WITH expected AS (
        SELECT n.branch_id, s.currency, sum(s.amount)::bigint AS amount
        FROM seats s JOIN class_sessions n ON n.id = s.session_id
        WHERE s.payment_method = 'CASH' AND s.status <> 'CANCELLED' AND s.amount > 0 AND n.status = 'FINISHED'
          AND ${within(Prisma.sql`n.start_time`, bounds)} ${of(Prisma.sql`n.branch_id`)}
        GROUP BY 1, 2
      ), actual AS (
        SELECT a.owner_id AS branch_id, p.currency, sum(p.amount)::bigint AS amount
        FROM ledger_entries e
        JOIN ledger_postings p ON p.entry_id = e.id
        JOIN ledger_accounts a ON a.id = p.account_id AND starts_with(a.code, ${DRAWER_PREFIX})
        WHERE e.kind = 'seat.paid-cash' AND ${within(Prisma.sql`e.effective_at`, bounds)} ${of(Prisma.sql`a.owner_id`)}
        GROUP BY 1, 2
      )
      SELECT b.id AS "branchId", b.name AS "branchName", r.currency, r.expected, r.actual
      FROM (
        SELECT coalesce(x.branch_id, t.branch_id) AS branch_id, coalesce(x.currency, t.currency) AS currency,
          coalesce(x.amount, 0) AS expected, coalesce(t.amount, 0) AS actual
        FROM expected x FULL JOIN actual t ON t.branch_id = x.branch_id AND t.currency = x.currency
      ) r JOIN branches b ON b.id = r.branch_id
      ORDER BY b.name, b.id, r.currency`);
    return {
      rows: rows.map(({ expected, actual, ...row }) => ({
        ...row,
        expected: toJsonAmount(expected),
        actual: toJsonAmount(actual),
        difference: toJsonAmount(actual - expected),
        status: statusOf(actual - expected),
      })),
    };
  }
}

function statusOf(difference: bigint): ReconciliationStatus {
  if (difference === 0n) return 'MATCHED';
  return difference > 0n ? 'OVER' : 'UNDER';
}
