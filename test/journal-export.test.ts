import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { openSchool, type School } from './support/school.js';
import { JournalExports, MANY, type Row, parse, sums, byEntry, sorted, downloads } from './support/journal-exports.js';

let school: School;
let journal: JournalExports;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api' });
  journal = new JournalExports(school);
  await journal.aVariedYear();
  await journal.many();
}, 60_000);
afterAll(() => school.close());
afterEach(() => {
  for (const answer of downloads.splice(0)) answer.destroy();
});

const byAccount = (row: Row) => `${row.account} ${row.currency}`;

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
    expect((await journal.download('format=csv&to=2000-01-01T00:00:00Z')).headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="journal.csv"',
    });
  });

  it('as CSV sums to the trial balance, account by account, and to zero, entry by entry', async () => {
    const rows = parse(await journal.exported('format=csv'));
    expect(sorted(sums(rows, byAccount))).toEqual(sorted(await journal.figures()));
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
    const rows = parse(await journal.exported('format=csv'));
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
    const rows = parse(await journal.exported('format=csv&from=2026-03-01T00:00:00Z'));
    const dangerous = rows
      .flatMap(({ amount: _, ...texts }) => Object.values(texts))
      .filter((text) => /^[=+\-@\t\r]/.test(text));
    expect(dangerous).toEqual([]);
    expect(rows.map(({ reference }) => reference)).toContain(`'=HYPERLINK("http://evil.example";"click")`);
    expect(rows.filter(({ amount }) => !/^-?\d+$/.test(amount!))).toEqual([]);
  });

  it('takes in what was effective from a moment on and before another', async () => {
    const kinds = async (range: string) =>
      new Set(parse(await journal.exported(`format=csv&${range}`)).map(({ reference }) => reference!.slice(0, 15)));
    expect(await kinds('to=2026-01-01T00:00:00Z')).toEqual(new Set(['the year before']));
    expect(await kinds('to=2025-12-31T23:59:59.999Z')).toEqual(new Set());
    expect((await kinds('from=2026-03-01T12:00:00Z')).size).toBe(6);
    expect((await kinds('from=2026-03-01T12:00:00.001Z')).size).toBe(0);
    expect(await journal.exported('format=csv&from=2026-12-01T00:00:00Z')).toBe(
      'entryId,effectiveAt,postedAt,kind,reference,objectType,objectId,actor,reverses,account,currency,amount\n',
    );
  });
});
