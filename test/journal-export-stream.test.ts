import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../src/platform/ids/index.js';
import { hledger, hledgerPath, warnWithoutHledger } from './support/hledger.js';
import { eventually } from './support/process.js';
import { openSchool, type School } from './support/school.js';
import {
  JournalExports,
  MANY,
  leg,
  parse,
  cells,
  sums,
  byEntry,
  sorted,
  downloads,
} from './support/journal-exports.js';

warnWithoutHledger();

let school: School;
let journal: JournalExports;
let idBeforeAll: string;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api' });
  journal = new JournalExports(school);
  idBeforeAll = newId('ledgerEntry');
  await journal.aVariedYear();
  await journal.many();
}, 60_000);
afterAll(() => school.close());
afterEach(() => {
  for (const answer of downloads.splice(0)) answer.destroy();
});

function openTransactions(): Promise<object[]> {
  return school.sql(
    `SELECT pid, state, query FROM pg_stat_activity
     WHERE datname = current_database() AND usename = 'bursar_app' AND xact_start IS NOT NULL`,
  );
}

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
          const text = await journal.exported(`format=${format}`);
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
    const answer = await journal.download('format=csv');
    await new Promise((resolve) => answer.once('readable', resolve));
    await journal.post('too late', [leg('asset:bank', 1n, 'EUR'), leg('revenue:courses', -1n, 'EUR')]);
    const has = (text: string) => text.includes('too late');
    expect([has(await journal.textOf(answer)), has(await journal.exported('format=csv'))]).toEqual([false, true]);
  });

  it.each(['csv', 'hledger'])(
    'a client that goes away in the middle of %s leaves no transaction open',
    async (format) => {
      for (let turn = 0; turn < 5; turn += 1) {
        const answer = await journal.download(`format=${format}`);
        await new Promise((resolve) => answer.once('readable', resolve));
        answer.read(10);
        // It reads no further, so neither does the server: the snapshot waits for it.
        expect(await openTransactions()).toHaveLength(1);
        answer.destroy();
        await eventually(openTransactions, (open) => open.length === 0, 5);
      }
      expect(parse(await journal.exported('format=csv')).length).toBeGreaterThan(2 * MANY);
    },
  );

  it.each(['csv', 'hledger'])(
    'a database that fails in the middle of %s does not make it look complete',
    async (format) => {
      const answer = await journal.download(`format=${format}`);
      await new Promise((resolve) => answer.once('readable', resolve));
      const [reader] = (await openTransactions()) as { pid: number }[];
      await school.sql('SELECT pg_terminate_backend($1)', [reader!.pid]);
      const end = await journal.textOf(answer).then(
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
    expect(hledger(await journal.exported('format=hledger'), 'check')).toBe('');
    expect(hledger(await journal.exported('format=hledger&to=2000-01-01T00:00:00Z'), 'check')).toBe('');
  });

  it('finds the figures of the trial balance, to the last decimal, in every currency', async () => {
    const lines = cells(
      hledger(await journal.exported('format=hledger'), 'balance', '--flat', '--no-total', '-O', 'csv'),
    );
    const found = new Map<string, bigint>();
    for (const [code, balance = ''] of lines.slice(1)) {
      for (const amount of balance.split(', ')) {
        const [currency = '', value = ''] = amount.split(' ');
        expect(value.split('.')[1]?.length ?? 0).toBe({ USD: 2, EUR: 2, KWD: 3, JPY: 0 }[currency]);
        found.set(`${code} ${currency}`, BigInt(value.replace('.', '')));
      }
    }
    expect(sorted(found)).toEqual(sorted(await journal.figures()));
    expect(new Set([...found.keys()].map((key) => key.split(' ')[1]))).toEqual(new Set(['USD', 'EUR', 'JPY', 'KWD']));
  });

  it('finds each entry by its id, day, kind and reference', async () => {
    const text = await journal.exported('format=hledger');
    const printed = JSON.parse(hledger(text, 'print', '-O', 'json')) as {
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
