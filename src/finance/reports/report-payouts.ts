import { Injectable } from '@nestjs/common';
import { Database, type PaymentProvider, Prisma } from '../../platform/database/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import type { PayoutsReportDto, PayoutsReportQuery } from './payouts-report.dto.js';
import { calendarKey, within } from './period.js';

interface Row {
  period: string;
  provider: PaymentProvider;
  currency: string;
  count: bigint;
  asked: bigint;
  waiting: bigint;
  inTransit: bigint;
  paid: bigint;
  rejected: bigint;
  failed: bigint;
}

/** What was asked to be paid out, and what has become of it by now. */
@Injectable()
export class ReportPayouts {
  constructor(private readonly database: Database) {}

  async execute({ groupBy, timeZone, ...bounds }: PayoutsReportQuery): Promise<PayoutsReportDto> {
    const asked = Prisma.sql`created_at`;
    const rows = await this.database.rows<Row>(Prisma.sql`
      SELECT ${calendarKey(groupBy, asked, timeZone)} AS period, provider, currency, count(*), sum(amount)::bigint AS asked,
        ${ended(Prisma.sql`'REQUESTED'`)} AS waiting, ${ended(Prisma.sql`'IN_TRANSIT'`)} AS "inTransit", ${ended(Prisma.sql`'PAID'`)} AS paid,
        ${ended(Prisma.sql`'REJECTED'`)} AS rejected, ${ended(Prisma.sql`'FAILED', 'RETURNED'`)} AS failed
      FROM payouts WHERE ${within(asked, bounds)}
      GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`);
    return {
      groupBy,
      timeZone,
      rows: rows.map(({ period, provider, currency, count, ...amounts }) => ({
        ...{ period, provider, currency, count: Number(count) },
        asked: toJsonAmount(amounts.asked),
        waiting: toJsonAmount(amounts.waiting),
        inTransit: toJsonAmount(amounts.inTransit),
        paid: toJsonAmount(amounts.paid),
        rejected: toJsonAmount(amounts.rejected),
        failed: toJsonAmount(amounts.failed),
      })),
    };
  }
}

const ended = (statuses: Prisma.Sql) =>
  Prisma.sql`coalesce(sum(amount) FILTER (WHERE status IN (${statuses})), 0)::bigint`;
