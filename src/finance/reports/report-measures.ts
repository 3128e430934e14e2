import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../../platform/database/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import { type Measure, measureQueries } from './measures.js';
import type { MeasuresReportDto } from './measures.dto.js';
import { within } from './period.js';
import type { PeriodQuery } from './period.dto.js';

interface Row {
  measure: Measure;
  key: string | null;
  currency: string | null;
  value: bigint;
}

/** What an owner steers by, in one statement and so of one snapshot. */
@Injectable()
export class ReportMeasures {
  constructor(private readonly database: Database) {}

  async execute(bounds: PeriodQuery): Promise<MeasuresReportDto> {
    const inPeriod = (moment: Prisma.Sql) => within(moment, bounds);
    const queries = measureQueries.map((query) => Prisma.sql`(${query(inPeriod)})`);
    const rows = await this.database.rows<Row>(Prisma.sql`
      SELECT m.measure, m.key, m.currency, m.value::bigint AS value
      FROM (${Prisma.join(queries, ' UNION ALL ')}) AS m(measure, key, currency, value)
      ORDER BY 1, 2 NULLS FIRST, 3 NULLS FIRST`);
    return { rows: rows.map((row) => ({ ...row, value: toJsonAmount(row.value) })) };
  }
}
