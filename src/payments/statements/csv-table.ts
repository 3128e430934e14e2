import { CsvError, parse } from 'csv-parse/sync';
import type { StatementLine } from '../ports/payment-strategy.js';
import { type StatementFlaw, StatementFlaws } from '../ports/statement-flaws.js';

/** One row of a statement, by what we call its columns. */
export interface CsvRow<Column extends string> {
  readonly line: number;
  /** Trimmed; empty for a column that the file does not have. */
  readonly cells: Readonly<Record<Column, string>>;
}

/** What a column is usually called, what a provider may call it, in small letters and digits alone, and whether a statement is none without it. */
export type Columns<Column extends string> = Readonly<
  Record<Column, { title: string; names: readonly string[]; required?: boolean }>
>;

const DELIMITERS = [',', ';', '\t'];
/** A portal puts a few lines about the account above the table. */
const PREAMBLE_LINES = 40;

/**
 * The rows of a table in a file that a portal, or a spreadsheet after it, has saved: any of the usual delimiters, UTF-8, UTF-16 or
 * Windows' letters, with or without a byte order mark, lines above the table.
 * @throws StatementFlaws
 */
export function readTable<Column extends string>(file: Buffer, columns: Columns<Column>): CsvRow<Column>[] {
  const text = decoded(file);
  const delimiter = delimiterOf(text);
  const records = parsed(text, delimiter);
  const start = records.findIndex(({ record }) => missingIn(record, columns).length === 0);
  const head = records[start];
  if (start < 0 || start > PREAMBLE_LINES || !head) throw new StatementFlaws([withoutHead(records, columns)]);
  const places = placesOf(head.record, columns);
  const flaws: StatementFlaw[] = [];
  const rows = records.slice(start + 1).flatMap(({ record, line }) => {
    if (record.every((cell) => cell === '')) return [];
    if (record.length !== head.record.length) {
      flaws.push({ line, detail: `has ${record.length} columns, not ${head.record.length}` });
      return [];
    }
    return [{ line, cells: cellsOf(record, places) }];
  });
  if (flaws.length > 0) throw new StatementFlaws(flaws);
  return rows;
}

/**
 * Turns rows into lines, and tells of every row that cannot be one. A row that stands there twice is one line: a file may be two that
 * overlap. Told otherwise the second time, nobody could say which of the two is meant.
 */
export function linesOf<Column extends string>(
  rows: readonly CsvRow<Column>[],
  work: (cells: CsvRow<Column>['cells']) => StatementLine | undefined,
): StatementLine[] {
  const flaws: StatementFlaw[] = [];
  const found = new Map<string, { first: number; made: StatementLine }>();
  for (const { line, cells } of rows) {
    try {
      const made = work(cells);
      if (!made) continue;
      const before = found.get(made.externalId);
      if (before && saidOf(before.made) !== saidOf(made))
        throw new RangeError(`${made.reference} stands in line ${before.first} with something else`);
      if (!before) found.set(made.externalId, { first: line, made });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      flaws.push({ line, detail: error.message });
    }
  }
  if (flaws.length > 0) throw new StatementFlaws(flaws);
  return [...found.values()].map(({ made }) => made);
}

function saidOf({ kind, amount, fee, occurredAt }: StatementLine): string {
  return [kind, amount.toString(), fee.toString(), occurredAt.toISOString()].join(' ');
}

function decoded(file: Buffer): string {
  if (file.subarray(0, 2).toString('latin1') === 'PK')
    throw new StatementFlaws([{ detail: 'this is a workbook; save it as CSV first' }]);
  if (file[0] === 0xff && file[1] === 0xfe) return new TextDecoder('utf-16le').decode(file);
  if (file[0] === 0xfe && file[1] === 0xff) return new TextDecoder('utf-16be').decode(file);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(file);
  } catch {
    // Names in a spreadsheet's own letters: what we read is plain in all of them.
    return new TextDecoder('windows-1252').decode(file);
  }
}

/** The one that stands most often in the line that has most: the head of the table, or one of its rows. */
function delimiterOf(text: string): string {
  const lines = text.split(/\r\n|\r|\n/, PREAMBLE_LINES);
  const most = (delimiter: string) => Math.max(...lines.map((line) => line.split(delimiter).length));
  return DELIMITERS.toSorted((a, b) => most(b) - most(a))[0] ?? ',';
}

function parsed(text: string, delimiter: string): { record: string[]; line: number }[] {
  try {
    const found: { record: string[]; line: number }[] = [];
    parse(text, {
      bom: true,
      delimiter,
      max_record_size: 100_000,
      on_record: (record: string[], { lines }) => {
        found.push({ record, line: lines });
        return undefined;
      },
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    });
    return found;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error.lines === 'number' ? error.lines : undefined;
    throw new StatementFlaws([
      { line, detail: 'is not CSV: a quotation mark is not where it may be, or the file ends in one' },
    ]);
  }
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

function requiredOf<Column extends string>(columns: Columns<Column>): Columns<Column>[Column][] {
  return Object.values<Columns<Column>[Column]>(columns).filter(({ required }) => required);
}

/** Which columns a line does not have, without which it is not the head of the table. */
function missingIn<Column extends string>(record: readonly string[], columns: Columns<Column>): string[] {
  const given = record.map(plain);
  return requiredOf(columns)
    .filter(({ names }) => !given.some((name) => names.includes(name)))
    .map(({ title }) => title);
}

/** A line that has most of the columns is meant as the head of the table; what another provider calls a statement has no such line. */
function withoutHead<Column extends string>(
  records: readonly { record: string[]; line: number }[],
  columns: Columns<Column>,
): StatementFlaw {
  const required = requiredOf(columns).map(({ title }) => title);
  const heads = records
    .slice(0, PREAMBLE_LINES)
    .map(({ record, line }) => ({ line, missing: missingIn(record, columns) }));
  const [best] = heads.toSorted((a, b) => a.missing.length - b.missing.length);
  if (best && best.missing.length * 2 < required.length)
    return { line: best.line, detail: `there is no column ${best.missing.join(', ')}` };
  return { detail: `this is no statement of this provider: there is no line with the columns ${required.join(', ')}` };
}

function placesOf<Column extends string>(head: readonly string[], columns: Columns<Column>): [Column, number][] {
  const names = head.map(plain);
  const keys = Object.keys(columns) as Column[];
  return keys.map((key) => [key, names.findIndex((name) => columns[key].names.includes(name))]);
}

function cellsOf<Column extends string>(record: readonly string[], places: [Column, number][]): Record<Column, string> {
  return Object.fromEntries(places.map(([key, place]) => [key, record[place] ?? ''])) as Record<Column, string>;
}
