import { CsvError, parse } from 'csv-parse/sync';
import { type StatementFlaw, StatementFlaws } from '../ports/statement-flaws.js';

/** One row of a statement, by what we call its columns. */
export interface CsvRow<Column extends string> {
  readonly line: number;
  /** Trimmed; empty for a column that the file does not have. */
  readonly cells: Readonly<Record<Column, string>>;
}

/** What a provider may call a column, in small letters and digits alone, and whether a statement is none without it. */
export type Columns<Column extends string> = Readonly<Record<Column, { names: readonly string[]; required?: boolean }>>;

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
  const start = records.findIndex(({ record }) => isHead(record, columns));
  const head = records[start];
  if (start < 0 || start > PREAMBLE_LINES || !head)
    throw new StatementFlaws([{ detail: `there is no line with the columns ${requiredOf(columns).join(', ')}` }]);
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

/** Turns rows into lines, and tells of every row that cannot be one. */
export function mapRows<Column extends string, T>(
  rows: readonly CsvRow<Column>[],
  work: (cells: CsvRow<Column>['cells']) => T | undefined,
): T[] {
  const flaws: StatementFlaw[] = [];
  const made = rows.flatMap(({ line, cells }) => {
    try {
      return work(cells) ?? [];
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      flaws.push({ line, detail: error.message });
      return [];
    }
  });
  if (flaws.length > 0) throw new StatementFlaws(flaws);
  return made;
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

function requiredOf<Column extends string>(columns: Columns<Column>): string[] {
  return Object.entries<Columns<Column>[Column]>(columns)
    .filter(([, { required }]) => required)
    .map(([name]) => name);
}

function placesOf<Column extends string>(head: readonly string[], columns: Columns<Column>): [Column, number][] {
  const names = head.map(plain);
  const keys = Object.keys(columns) as Column[];
  return keys.map((key) => [key, names.findIndex((name) => columns[key].names.includes(name))]);
}

function isHead<Column extends string>(record: readonly string[], columns: Columns<Column>): boolean {
  return placesOf(record, columns).every(([key, place]) => place >= 0 || !columns[key].required);
}

function cellsOf<Column extends string>(record: readonly string[], places: [Column, number][]): Record<Column, string> {
  return Object.fromEntries(places.map(([key, place]) => [key, record[place] ?? ''])) as Record<Column, string>;
}
