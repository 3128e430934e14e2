import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../../platform/database/index.js';
import type { ConversionQuery, ConversionReportDto } from './conversion.dto.js';
import { calendarKey, within } from './period.js';

interface Row {
  key: string;
  begun: bigint;
  completed: bigint;
  failed: bigint;
  cancelled: bigint;
  expired: bigint;
  open: bigint;
  payments: bigint;
}

/** What became of the payment sessions that were begun in a period. One with several attempts belongs to the provider that was paid, else the last. */
@Injectable()
export class ReportConversion {
  constructor(private readonly database: Database) {}

  async execute({ groupBy, timeZone, ...bounds }: ConversionQuery): Promise<ConversionReportDto> {
    const begun = Prisma.sql`s.created_at`;
    const key = groupBy === 'day' ? calendarKey('day', begun, timeZone) : Prisma.sql`coalesce(tried.provider, 'none')`;
    const rows = await this.database.rows<Row>(Prisma.sql`
      SELECT ${key} AS key, count(*) AS begun, count(*) FILTER (WHERE s.status = 'COMPLETED') AS completed,
        count(*) FILTER (WHERE s.status = 'FAILED') AS failed, count(*) FILTER (WHERE s.status = 'CANCELED') AS cancelled,
        count(*) FILTER (WHERE s.status = 'EXPIRED') AS expired, count(*) FILTER (WHERE s.status IN ('PENDING', 'PROCESSING')) AS open,
        sum(tried.paid)::bigint AS payments
      FROM payment_sessions s
      JOIN LATERAL (
        SELECT (array_agg(p.provider::text ORDER BY p.completed_at IS NULL, p.id DESC))[1] AS provider, count(p.completed_at) AS paid
        FROM payments p WHERE p.session_id = s.id
      ) tried ON true
      WHERE ${within(begun, bounds)}
      GROUP BY 1 ORDER BY 1`);
    return {
      groupBy,
      timeZone,
      rows: rows.map((row) => ({
        key: row.key,
        begun: Number(row.begun),
        completed: Number(row.completed),
        failed: Number(row.failed),
        cancelled: Number(row.cancelled),
        expired: Number(row.expired),
        open: Number(row.open),
        rate: Number((row.completed * 10_000n) / row.begun),
        payments: Number(row.payments),
      })),
    };
  }
}
