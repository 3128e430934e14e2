import { StreamableFile } from '@nestjs/common';
import { stringify } from 'csv-stringify/sync';
import type { ReportFormat } from './period.dto.js';

interface Report<Row> {
  readonly rows: readonly Row[];
}

/**
 * A report as it was asked for: the object itself, or its rows as a CSV file with the same names and figures. Numbers stay numbers; a text
 * that a spreadsheet would run as a formula is defused.
 * @param columns every field of a row, so that a report without rows has its header too
 */
export function answerRows<Row extends object, R extends Report<Row>>(
  report: R,
  { name, columns, format }: { name: string; columns: readonly (keyof Row & string)[]; format: ReportFormat },
): R | StreamableFile {
  if (format === 'json') return report;
  const csv = stringify([...report.rows], { header: true, columns: [...columns], escape_formulas: true });
  return new StreamableFile(Buffer.from(csv), {
    type: 'text/csv; charset=utf-8',
    disposition: `attachment; filename="${name}.csv"`,
  });
}
