import { get as httpGet, type IncomingMessage } from 'node:http';
import type { TrialBalanceDto } from '../../src/finance/books/books.dto.js';
import { credit, debit, type Leg, PostEntry } from '../../src/ledger/index.js';
import { newId } from '../../src/platform/ids/index.js';
import { Money } from '../../src/platform/money/index.js';
import { expectStatus, type School } from './school.js';

/** More entries than are read at a time; many are long, so that there are more bytes than the buffers and sockets in between hold. */
export const MANY = 2500;

export const LONG = 2000;

export const PADDING = 'x'.repeat(12_000);

export const account = (code: string) => ({ code });

export const leg = (code: string, amount: bigint, currency: string): Leg =>
  debit(account(code), Money.of(amount, currency));

export type Row = Record<string, string>;

export function parse(csv: string): Row[] {
  const [header = [], ...records] = cells(csv);
  return records.map((record) => Object.fromEntries(header.map((name, index) => [name, record[index] ?? ''])));
}

/** RFC 4180, as a spreadsheet reads it. */
export function cells(csv: string): string[][] {
  return csv
    .match(/(?:"(?:[^"]|"")*"|[^"\n])*\n/g)!
    .map((line) =>
      [...line.slice(0, -1).matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
        ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
      ),
    );
}

export function sums(rows: Row[], of: (row: Row) => string): Map<string, bigint> {
  const totals = new Map<string, bigint>();
  for (const row of rows) totals.set(of(row), (totals.get(of(row)) ?? 0n) + BigInt(row.amount!));
  return new Map([...totals].filter(([, sum]) => sum !== 0n));
}

export const byEntry = (row: Row) => `${row.entryId} ${row.currency}`;

export const sorted = (figures: Map<string, bigint>) => [...figures].toSorted(([a], [b]) => (a < b ? -1 : 1));

export const downloads: IncomingMessage[] = [];

/** A journal with all that is hard to write down, and what is read of it. */
export class JournalExports {
  constructor(private readonly school: School) {}

  async post(reference: string, legs: Leg[], effectiveAt = new Date('2026-03-01T12:00:00Z')): Promise<void> {
    const object = { type: 'payment', id: `pay_of ${reference}` };
    await this.school.app
      .get(PostEntry)
      .execute({ kind: 'test.moved', reference, object, effectiveAt, actor: 'system', legs });
  }

  /** Every number of decimals, amounts above what a double holds, several currencies in one entry, and references made to be misread. */
  async aVariedYear(): Promise<void> {
    await this.post('=HYPERLINK("http://evil.example";"click")', [
      leg('asset:bank', 123_456n, 'USD'),
      leg('liability:tax:de', -19_711n, 'USD'),
      leg('revenue:courses', -103_745n, 'USD'),
    ]);
    await this.post('+1 -2 @SUM(A1) ; "comma, and quotes" | date:2020-01-01', [
      leg('asset:bank', 5000n, 'JPY'),
      leg('revenue:courses', -5000n, 'JPY'),
    ]);
    await this.post('two\nlines\tand  blanks', [
      leg('asset:bank', 12_340n, 'KWD'),
      leg('revenue:courses', -12_340n, 'KWD'),
    ]);
    await this.post('changed', [
      leg('asset:bank', 9_007_199_254_740n, 'USD'),
      leg('equity:fx', -9_007_199_254_740n, 'USD'),
      leg('equity:fx', 7n, 'KWD'),
      leg('asset:bank', -7n, 'KWD'),
      leg('equity:fx', 1n, 'JPY'),
      leg('asset:bank', -1n, 'JPY'),
    ]);
    await this.post('ünïcödé é 日本', [leg('expense:provider-fees', 1n, 'KWD'), leg('asset:bank', -1n, 'KWD')]);
    const wallet = { code: 'liability:wallet:usr_somebody', strict: true, floor: 0 as const };
    await this.post('into a wallet', [leg('asset:bank', 900n, 'USD'), credit(wallet, Money.of(900n, 'USD'))]);
    await this.post(
      'the year before',
      [leg('asset:bank', 3n, 'USD'), leg('revenue:courses', -3n, 'USD')],
      new Date('2025-12-31T23:59:59.999Z'),
    );
  }

  async many(): Promise<void> {
    const legs = [
      { code: 'asset:bank', currency: 'USD', amount: '2' },
      { code: 'revenue:courses', currency: 'USD', amount: '-2' },
    ];
    await this.school.sql(
      `SELECT ledger_post(id, 'test.many', 'many:' || n || CASE WHEN n > $4 THEN $3::text ELSE '' END, 'payment', 'pay_' || n, '2026-02-01', '2026-02-01', 'system', $2::jsonb)
     FROM unnest($1::text[]) WITH ORDINALITY AS given(id, n)`,
      [Array.from({ length: MANY }, () => newId('ledgerEntry')), JSON.stringify(legs), PADDING, MANY - LONG],
    );
  }

  async download(query: string): Promise<IncomingMessage> {
    const headers = { authorization: `Bearer ${this.school.admin.token}` };
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      httpGet(`${this.school.url}/api/finance/ledger/export?${query}`, { headers }, resolve).on('error', reject);
    });
    downloads.push(answer);
    return answer;
  }

  async textOf(answer: IncomingMessage): Promise<string> {
    answer.setEncoding('utf8');
    let text = '';
    for await (const piece of answer) text += String(piece);
    return text;
  }

  async exported(query: string) {
    return this.textOf(await this.download(query));
  }

  async trialBalance() {
    return expectStatus(
      200,
      await this.school.get<TrialBalanceDto>('/finance/ledger/trial-balance', this.school.admin.token),
    );
  }

  /** Sum of the postings of each account that is not at zero, debits positive, in minor units. */
  async figures(): Promise<Map<string, bigint>> {
    const { accounts } = await this.trialBalance();
    return new Map(
      accounts
        .filter(({ debits, credits }) => debits !== credits)
        .map(({ code, currency, debits, credits }) => [`${code} ${currency}`, BigInt(debits) - BigInt(credits)]),
    );
  }
}
