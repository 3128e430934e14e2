import { Injectable } from '@nestjs/common';
import { accounts } from '../../ledger/index.js';
import { Database, type PaymentProvider, Prisma } from '../../platform/database/index.js';
import { toPage, window } from '../../platform/http/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import type { DiscrepanciesQuery, DiscrepancyDto, ReconciliationDto } from './reconciliation.dto.js';
import type { DiscrepancyRow } from './record-differences.js';

interface Total {
  provider: PaymentProvider;
  currency: string;
  stated: bigint;
  booked: bigint;
  open: bigint;
}

/** Discrepancies, and how far the statements and the books are apart. */
@Injectable()
export class ReadDiscrepancies {
  constructor(private readonly database: Database) {}

  async execute(query: DiscrepanciesQuery): Promise<ReconciliationDto> {
    const where: Prisma.DiscrepancyWhereInput = {
      provider: query.provider,
      status: query.status,
      kind: query.kind,
      occurredAt: { gte: query.from && new Date(query.from), lt: query.to && new Date(query.to) },
    };
    const [rows, count, totals] = await Promise.all([
      this.database.client.discrepancy.findMany({
        where,
        include: { sums: { orderBy: { currency: 'asc' } } },
        orderBy: [{ status: 'asc' }, { id: 'desc' }],
        ...window(query),
        relationLoadStrategy: 'join',
      }),
      this.database.client.discrepancy.count({ where }),
      this.totals(query.provider),
    ]);
    return { ...toPage(rows.map(toDiscrepancy), count, query), totals };
  }

  private async totals(provider?: PaymentProvider): Promise<ReconciliationDto['totals']> {
    const prefix = accounts.provider('STRIPE').code.replace(/stripe$/, '');
    const rows = await this.database.rows<Total>(Prisma.sql`
      WITH booked AS (
        SELECT upper(substr(a.code, ${prefix.length + 1}::int))::payment_provider AS provider, a.currency,
          coalesce(r.debits - r.credits, 0) + coalesce(d.net, 0) AS amount
        FROM ledger_accounts a LEFT JOIN ledger_rollups r ON r.account_id = a.id
          LEFT JOIN LATERAL (SELECT sum(debits - credits) AS net FROM ledger_deltas WHERE account_id = a.id) d ON true
        WHERE starts_with(a.code, ${prefix})
      ), open AS (
        SELECT d.provider, s.currency, sum(s.stated - s.booked) AS amount
        FROM discrepancies d JOIN discrepancy_sums s ON s.discrepancy_id = d.id WHERE d.status = 'OPEN' GROUP BY 1, 2
      )
      SELECT provider, currency, coalesce(t.stated, 0)::bigint AS stated, coalesce(b.amount, 0)::bigint AS booked,
        coalesce(o.amount, 0)::bigint AS open
      FROM booked b FULL JOIN statement_totals t USING (provider, currency) FULL JOIN open o USING (provider, currency)
      WHERE ${provider ?? null}::payment_provider IS NULL OR provider = ${provider ?? null}::payment_provider
      ORDER BY provider, currency`);
    return rows.map(({ stated, booked, open, ...of }) => ({
      ...of,
      stated: toJsonAmount(stated),
      booked: toJsonAmount(booked),
      difference: toJsonAmount(stated - booked),
      open: toJsonAmount(open),
      underWay: toJsonAmount(open - (stated - booked)),
    }));
  }
}

export function toDiscrepancy({ sums, ...row }: DiscrepancyRow): DiscrepancyDto {
  return {
    ...row,
    sums: sums.map(({ currency, stated, booked, statedFee, bookedFee }) => ({
      currency,
      stated: toJsonAmount(stated),
      booked: toJsonAmount(booked),
      difference: toJsonAmount(stated - booked),
      statedFee: toJsonAmount(statedFee),
      bookedFee: toJsonAmount(bookedFee),
    })),
  };
}

export const DISCREPANCY_COLUMNS = [
  'id',
  'provider',
  'kind',
  'status',
  'matter',
  'reference',
  'paymentId',
  'currency',
  'stated',
  'booked',
  'difference',
  'statedFee',
  'bookedFee',
  'proposedAction',
  'action',
  'reason',
  'resolvedBy',
  'entryId',
  'occurredAt',
  'foundAt',
  'closedAt',
  'details',
] as const;

type CsvRow = Record<(typeof DISCREPANCY_COLUMNS)[number], string | number | null>;

/** One row for each currency, as a table has no lists. */
export function toRows(data: readonly DiscrepancyDto[]): CsvRow[] {
  return data.flatMap(({ sums, occurredAt, foundAt, closedAt, ...row }) =>
    sums.map((sum) => ({
      ...row,
      ...sum,
      occurredAt: occurredAt.toISOString(),
      foundAt: foundAt.toISOString(),
      closedAt: closedAt?.toISOString() ?? null,
    })),
  );
}
