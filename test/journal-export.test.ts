import { get as httpGet, type IncomingMessage } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { TrialBalanceDto } from '../src/finance/books/books.dto.js';
import { credit, debit, type Leg, PostEntry } from '../src/ledger/index.js';
import { newId } from '../src/platform/ids/index.js';
import { Money } from '../src/platform/money/index.js';
import { hledger, hledgerPath, warnWithoutHledger } from './support/hledger.js';
import { eventually } from './support/process.js';
import { expectStatus, openSchool, type School } from './support/school.js';

warnWithoutHledger();

/** More entries than are read at a time; many are long, so that there are more bytes than the buffers and sockets in between hold. */
const MANY = 2500;
const LONG = 2000;
const PADDING = 'x'.repeat(12_000);

let school: School;
let idBeforeAll: string;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api' });
  idBeforeAll = newId('ledgerEntry');
  await aVariedYear();
  await many();
}, 60_000);
afterAll(() => school.close());

const account = (code: string) => ({ code });
const leg = (code: string, amount: bigint, currency: string): Leg => debit(account(code), Money.of(amount, currency));

async function post(reference: string, legs: Leg[], effectiveAt = new Date('2026-03-01T12:00:00Z')): Promise<void> {
  const object = { type: 'payment', id: `pay_of ${reference}` };
  await school.app
    .get(PostEntry)
    .execute({ kind: 'test.moved', reference, object, effectiveAt, actor: 'system', legs });
}

/** Every number of decimals, amounts above what a double holds, several currencies in one entry, and references made to be misread. */
async function aVariedYear(): Promise<void> {
  await post('=HYPERLINK("http://evil.example";"click")', [
    leg('asset:bank', 123_456n, 'USD'),
    leg('liability:tax:de', -19_711n, 'USD'),
    leg('revenue:courses', -103_745n, 'USD'),
  ]);
  await post('+1 -2 @SUM(A1) ; "comma, and quotes" | date:2020-01-01', [
    leg('asset:bank', 5000n, 'JPY'),
    leg('revenue:courses', -5000n, 'JPY'),
  ]);
  await post('two\nlines\tand  blanks', [leg('asset:bank', 12_340n, 'KWD'), leg('revenue:courses', -12_340n, 'KWD')]);
  await post('changed', [
    leg('asset:bank', 9_007_199_254_740n, 'USD'),
    leg('equity:fx', -9_007_199_254_740n, 'USD'),
    leg('equity:fx', 7n, 'KWD'),
    leg('asset:bank', -7n, 'KWD'),
    leg('equity:fx', 1n, 'JPY'),
    leg('asset:bank', -1n, 'JPY'),
  ]);
  await post('ünïcödé é 日本', [leg('expense:provider-fees', 1n, 'KWD'), leg('asset:bank', -1n, 'KWD')]);
  const wallet = { code: 'liability:wallet:usr_somebody', strict: true, floor: 0 as const };
  await post('into a wallet', [leg('asset:bank', 900n, 'USD'), credit(wallet, Money.of(900n, 'USD'))]);
  await post(
    'the year before',
    [leg('asset:bank', 3n, 'USD'), leg('revenue:courses', -3n, 'USD')],
    new Date('2025-12-31T23:59:59.999Z'),
  );
}

async function many(): Promise<void> {
  const legs = [
    { code: 'asset:bank', currency: 'USD', amount: '2' },
    { code: 'revenue:courses', currency: 'USD', amount: '-2' },
  ];
  await school.sql(
    `SELECT ledger_post(id, 'test.many', 'many:' || n || CASE WHEN n > $4 THEN $3::text ELSE '' END, 'payment', 'pay_' || n, '2026-02-01', '2026-02-01', 'system', $2::jsonb)
     FROM unnest($1::text[]) WITH ORDINALITY AS given(id, n)`,
    [Array.from({ length: MANY }, () => newId('ledgerEntry')), JSON.stringify(legs), PADDING, MANY - LONG],
  );
}

const downloads: IncomingMessage[] = [];
afterEach(() => {
  for (const answer of downloads.splice(0)) answer.destroy();
});

async function download(query: string): Promise<IncomingMessage> {
  const headers = { authorization: `Bearer ${school.admin.token}` };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    httpGet(`${school.url}/api/finance/ledger/export?${query}`, { headers }, resolve).on('error', reject);
  });
  downloads.push(answer);
  return answer;
}

async function textOf(answer: IncomingMessage): Promise<string> {
  answer.setEncoding('utf8');
  let text = '';
  for await (const piece of answer) text += String(piece);
  return text;
}

const exported = async (query: string) => textOf(await download(query));
const trialBalance = async () =>
  expectStatus(200, await school.get<TrialBalanceDto>('/finance/ledger/trial-balance', school.admin.token));

/** Sum of the postings of each account that is not at zero, debits positive, in minor units. */
async function figures(): Promise<Map<string, bigint>> {
  const { accounts } = await trialBalance();
  return new Map(
    accounts
      .filter(({ debits, credits }) => debits !== credits)
      .map(({ code, currency, debits, credits }) => [`${code} ${currency}`, BigInt(debits) - BigInt(credits)]),
  );
}

type Row = Record<string, string>;

function parse(csv: string): Row[] {
  const [header = [], ...records] = cells(csv);
  return records.map((record) => Object.fromEntries(header.map((name, index) => [name, record[index] ?? ''])));
}

/** RFC 4180, as a spreadsheet reads it. */
function cells(csv: string): string[][] {
  return csv
    .match(/(?:"(?:[^"]|"")*"|[^"\n])*\n/g)!
    .map((line) =>
      [...line.slice(0, -1).matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
        ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
      ),
    );
}

function sums(rows: Row[], of: (row: Row) => string): Map<string, bigint> {
  const totals = new Map<string, bigint>();
  for (const row of rows) totals.set(of(row), (totals.get(of(row)) ?? 0n) + BigInt(row.amount!));
  return new Map([...totals].filter(([, sum]) => sum !== 0n));
}

const byAccount = (row: Row) => `${row.account} ${row.currency}`;
const byEntry = (row: Row) => `${row.entryId} ${row.currency}`;
const sorted = (figures: Map<string, bigint>) => [...figures].toSorted(([a], [b]) => (a < b ? -1 : 1));

function openTransactions(): Promise<object[]> {
  return school.sql(
    `SELECT pid, state, query FROM pg_stat_activity
     WHERE datname = current_database() AND usename = 'bursar_app' AND xact_start IS NOT NULL`,
  );
}

describe('the export of the journal', () => {
  it("is an admin's, in one of two formats, with a range that makes sense", async () => {
    const path = '/finance/ledger/export?format=csv';
    expect((await school.get(path)).status).toBe(401);
    expect((await school.get(path, school.student.token)).status).toBe(403);
    expect((await school.get(path, school.instructor.token)).status).toBe(403);
    for (const query of ['', '?format=xlsx', '?format=csv&from=yesterday', '?format=csv&to=2026-13-01T00:00:00Z'])
      expect(await school.get(`/finance/ledger/export${query}`, school.admin.token)).toMatchObject({
        status: 400,
        body: { code: 'VALIDATION_FAILED' },
      });
    expect((await download('format=csv&to=2000-01-01T00:00:00Z')).headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="journal.csv"',
    });
  });

  it('as CSV sums to the trial balance, account by account, and to zero, entry by entry', async () => {
    const rows = parse(await exported('format=csv'));
    expect(sorted(sums(rows, byAccount))).toEqual(sorted(await figures()));
    expect(sums(rows, byEntry)).toEqual(new Map());
    expect(rows.find(({ reference }) => reference === 'two\nlines\tand  blanks')).toMatchObject({
      kind: 'test.moved',
      effectiveAt: '2026-03-01T12:00:00.000Z',
      account: 'asset:bank',
      currency: 'KWD',
      amount: '12340',
    });
  });

  it('has every entry once, in the order of their ids', async () => {
    const rows = parse(await exported('format=csv'));
    const ids = [...new Set(rows.map(({ entryId }) => entryId!))];
    const kept = await school.sql<{ id: string }>('SELECT id FROM ledger_entries ORDER BY id COLLATE "C"');
    expect(kept.length).toBeGreaterThan(MANY);
    expect(ids).toEqual(kept.map(({ id }) => id));
    expect(rows.filter(({ kind }) => kind === 'test.many')).toHaveLength(2 * MANY);
    expect(rows.filter(({ kind }) => kind === 'test.many').map(({ objectId }) => objectId)).toEqual(
      Array.from({ length: MANY }, (_, index) => [`pay_${index + 1}`, `pay_${index + 1}`]).flat(),
    );
  });

  it('holds nothing that a spreadsheet would run', async () => {
    const rows = parse(await exported('format=csv&from=2026-03-01T00:00:00Z'));
    const dangerous = rows
      .flatMap(({ amount: _, ...texts }) => Object.values(texts))
      .filter((text) => /^[=+\-@\t\r]/.test(text));
    expect(dangerous).toEqual([]);
    expect(rows.map(({ reference }) => reference)).toContain(`'=HYPERLINK("http://evil.example";"click")`);
    expect(rows.filter(({ amount }) => !/^-?\d+$/.test(amount!))).toEqual([]);
  });

  it('takes in what was effective from a moment on and before another', async () => {
    const kinds = async (range: string) =>
      new Set(parse(await exported(`format=csv&${range}`)).map(({ reference }) => reference!.slice(0, 15)));
    expect(await kinds('to=2026-01-01T00:00:00Z')).toEqual(new Set(['the year before']));
    expect(await kinds('to=2025-12-31T23:59:59.999Z')).toEqual(new Set());
    expect((await kinds('from=2026-03-01T12:00:00Z')).size).toBe(6);
    expect((await kinds('from=2026-03-01T12:00:00.001Z')).size).toBe(0);
    expect(await exported('format=csv&from=2026-12-01T00:00:00Z')).toBe(
      'entryId,effectiveAt,postedAt,kind,reference,objectType,objectId,actor,reverses,account,currency,amount\n',
    );
  });
});

describe('the export while others write', () => {
  /** Two entries in one transaction, at both ends of the journal: who reads it in pieces sees one without the other. */
  async function postPair(): Promise<void> {
    number += 1;
    const legs = JSON.stringify([
      { code: 'asset:bank', currency: 'EUR', amount: '5' },
      { code: 'revenue:courses', currency: 'EUR', amount: '-5' },
    ]);
    await school.sql(
      `SELECT ledger_post(id, 'test.pair', $2 || id, 'pair', $2, '2026-02-01', '2026-02-01', 'system', $3::jsonb) FROM unnest($1::text[]) id`,
      [[`${idBeforeAll}${number}`, newId('ledgerEntry')], `pair${number}:`, legs],
    );
  }
  let number = 0;

  it.each(['csv', 'hledger'])(
    '%s is of one moment: no pair is torn, and every entry whole',
    async (format) => {
      await postPair();
      let writing = true;
      const writers = Array.from({ length: 3 }, async () => {
        while (writing) await postPair();
      });
      try {
        for (let turn = 0; turn < 4; turn += 1) {
          const text = await exported(`format=${format}`);
          const pairs = new Map<string, number>();
          for (const [, pair] of text.matchAll(/(pair\d+):ent_/g)) pairs.set(pair!, (pairs.get(pair!) ?? 0) + 1);
          // CSV repeats the reference on each of the two legs.
          expect(new Set(pairs.values())).toEqual(new Set([format === 'csv' ? 4 : 2]));
          if (format === 'csv') expect(sums(parse(text), byEntry)).toEqual(new Map());
        }
      } finally {
        writing = false;
        await Promise.all(writers);
      }
      expect(number).toBeGreaterThan(4);
    },
    60_000,
  );

  it('does not have what was posted after it had begun', async () => {
    const answer = await download('format=csv');
    await new Promise((resolve) => answer.once('readable', resolve));
    await post('too late', [leg('asset:bank', 1n, 'EUR'), leg('revenue:courses', -1n, 'EUR')]);
    const has = (text: string) => text.includes('too late');
    expect([has(await textOf(answer)), has(await exported('format=csv'))]).toEqual([false, true]);
  });

  it.each(['csv', 'hledger'])(
    'a client that goes away in the middle of %s leaves no transaction open',
    async (format) => {
      for (let turn = 0; turn < 5; turn += 1) {
        const answer = await download(`format=${format}`);
        await new Promise((resolve) => answer.once('readable', resolve));
        answer.read(10);
        // It reads no further, so neither does the server: the snapshot waits for it.
        expect(await openTransactions()).toHaveLength(1);
        answer.destroy();
        await eventually(openTransactions, (open) => open.length === 0, 5);
      }
      expect(parse(await exported('format=csv')).length).toBeGreaterThan(2 * MANY);
    },
  );

  it.each(['csv', 'hledger'])(
    'a database that fails in the middle of %s does not make it look complete',
    async (format) => {
      const answer = await download(`format=${format}`);
      await new Promise((resolve) => answer.once('readable', resolve));
      const [reader] = (await openTransactions()) as { pid: number }[];
      await school.sql('SELECT pg_terminate_backend($1)', [reader!.pid]);
      const end = await textOf(answer).then(
        () => 'looks complete',
        ({ message }: Error) => message,
      );
      expect(end).toBe('aborted');
      expect((await school.get('/auth/me', school.admin.token)).status).toBe(200);
    },
  );
});

(hledgerPath ? describe : describe.skip)('hledger', () => {
  it('takes the export as it is', async () => {
    expect(hledger(await exported('format=hledger'), 'check')).toBe('');
    expect(hledger(await exported('format=hledger&to=2000-01-01T00:00:00Z'), 'check')).toBe('');
  });

  it('finds the figures of the trial balance, to the last decimal, in every currency', async () => {
    const lines = cells(hledger(await exported('format=hledger'), 'balance', '--flat', '--no-total', '-O', 'csv'));
    const found = new Map<string, bigint>();
    for (const [code, balance = ''] of lines.slice(1)) {
      for (const amount of balance.split(', ')) {
        const [currency = '', value = ''] = amount.split(' ');
        expect(value.split('.')[1]?.length ?? 0).toBe({ USD: 2, EUR: 2, KWD: 3, JPY: 0 }[currency]);
        found.set(`${code} ${currency}`, BigInt(value.replace('.', '')));
      }
    }
    expect(sorted(found)).toEqual(sorted(await figures()));
    expect(new Set([...found.keys()].map((key) => key.split(' ')[1]))).toEqual(new Set(['USD', 'EUR', 'JPY', 'KWD']));
  });

  it('finds each entry by its id, day, kind and reference', async () => {
    const journal = await exported('format=hledger');
    const printed = JSON.parse(hledger(journal, 'print', '-O', 'json')) as {
      tcode: string;
      tdate: string;
      tdescription: string;
      tpostings: object[];
    }[];
    const entries = await school.sql<{ id: string }>('SELECT id FROM ledger_entries');
    expect(printed.map(({ tcode }) => tcode).toSorted()).toEqual(entries.map(({ id }) => id).toSorted());
    expect(printed.find(({ tdescription }) => tdescription.includes('日本'))).toMatchObject({
      tdate: '2026-03-01',
      tdescription: 'test.moved | ünïcödé é 日本',
    });
    expect(printed.find(({ tdescription }) => tdescription.includes('changed'))!.tpostings).toHaveLength(6);
  });
});
