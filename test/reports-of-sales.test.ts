import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Invariants } from '../src/ledger/index.js';
import { ReportsStory, type Story } from './support/reports-story.js';
import { openSchool, type School } from './support/school.js';
import { ReportDesk, type Fields, query } from './support/report-desk.js';

/* What the owner reads of coupons, of who buys and of how the school does, and what every report has in common. */

let school: School;
let reports: ReportDesk;
let story: Story;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400', CURRENCIES: 'USD,EUR' });
  story = await ReportsStory.tell(school);
  reports = new ReportDesk(school);
}, 120_000);
afterAll(() => school.close());

const REPORTS = ['revenue', 'tax', 'deferred-revenue', 'coupons', 'conversion', 'measures'];

async function csvOf(report: string, fields: Fields = {}) {
  const answer = await fetch(`${school.url}/api/finance/reports/${report}?${query({ ...fields, format: 'csv' })}`, {
    headers: { authorization: `Bearer ${school.admin.token}` },
  });
  const lines = (await answer.text()).trimEnd().split('\n');
  const [header = '', ...rows] = lines;
  const names = header.split(',');
  return {
    type: answer.headers.get('content-type'),
    file: answer.headers.get('content-disposition'),
    names,
    rows: rows.map((row) => Object.fromEntries(row.split(',').map((value, index) => [names[index]!, value]))),
  };
}

describe('coupons', () => {
  it('are counted once, as what their uses are now', async () => {
    const tenth = { code: 'TENTH', currency: 'USD', reserved: 1, consumed: 2, returned: 2, discount: 1000 + 500 };
    const gift = { code: 'GIFT', currency: 'USD', reserved: 0, consumed: 1, returned: 0, discount: 9999, received: 0 };
    const received = 8999 + 1710 + 4501 + 900;
    expect(await reports.rowsOf('coupons')).toEqual([gift, { ...tenth, received }]);
    const { lastOfYear, firstOfFebruary } = story.moments;
    expect(await reports.rowsOf('coupons', { from: lastOfYear })).toEqual([
      { ...tenth, consumed: 0, returned: 0, discount: 0, received: 0 },
    ]);
    expect(await reports.rowsOf('coupons', { to: firstOfFebruary })).toMatchObject([
      gift,
      { reserved: 0, consumed: 2, returned: 2, received },
    ]);
  });
});

describe('conversion', () => {
  it('tells what became of every payment session, by provider', async () => {
    const rows = await reports.rowsOf<Record<string, number>>('conversion');
    expect(rows).toEqual([
      {
        key: 'STRIPE',
        begun: 15,
        completed: 11,
        failed: 1,
        cancelled: 1,
        expired: 1,
        open: 1,
        rate: 7333,
        payments: 12,
      },
      {
        key: 'WALLET',
        begun: 5,
        completed: 5,
        failed: 0,
        cancelled: 0,
        expired: 0,
        open: 0,
        rate: 10_000,
        payments: 5,
      },
    ]);
  });

  it('and by the day of a zone on which it was begun', async () => {
    const days = async (timeZone: string) =>
      (await reports.rowsOf<{ key: string; begun: number }>('conversion', { groupBy: 'day', timeZone })).map(
        ({ key, begun }) => [key, begun],
      );
    const [utc, kathmandu] = [await days('UTC'), await days('Asia/Kathmandu')];
    expect(utc.map(([, begun]) => begun)).toEqual([14, 1, 3, 2]);
    expect(kathmandu.at(-1)![0]).not.toBe(utc.at(-1)![0]);
    expect(kathmandu.reduce((sum, [, begun]) => sum + Number(begun), 0)).toBe(20);
  });
});

describe('measures', () => {
  it('are what the owner steers by', async () => {
    const { here, there } = story.places;
    const rows = await reports.rowsOf<{ measure: string; key: string | null; currency: string | null; value: number }>(
      'measures',
    );
    const value = (measure: string, key: string | null = null) =>
      rows.filter((row) => row.measure === measure && row.key === key).map((row) => row.value);
    expect(value('no-shows-kept')).toEqual([3]);
    // One whole seat, net of tax, a fee of 2.50 with 0.40 of tax, and a credit.
    expect(rows.filter(({ measure }) => measure === 'no-shows-kept-revenue')).toEqual([
      { measure: 'no-shows-kept-revenue', key: null, currency: 'USD', value: 840 + 210 + 3000 },
    ]);
    expect([value('seats-booked'), value('seats-attended'), value('seat-attendance')]).toEqual([[7], [4], [5714]]);
    expect([
      value('payments-concluded', 'STRIPE'),
      value('payments-succeeded', 'STRIPE'),
      value('payment-success', 'STRIPE'),
    ]).toEqual([[14], [12], [8571]]);
    const credits = ['sold', 'used', 'returned', 'refunded'].flatMap((what) => value(`package-credits-${what}`));
    expect([...credits, ...value('package-utilisation')]).toEqual([10, 6, 3, 2, 3000]);
    expect(value('payment-success', 'WALLET')).toEqual([10_000]);
    expect([value('cash-days-counted', here.branchId), value('cash-days-perfect', here.branchId)]).toEqual([[2], [1]]);
    expect([value('cash-days-counted', there.branchId), value('cash-days-perfect', there.branchId)]).toEqual([
      [2],
      [2],
    ]);
    expect([value('coupon-uses', 'TENTH'), value('coupon-uses', 'GIFT')]).toEqual([[2], [1]]);
    expect(value('course-completions')).toEqual([1]);
  });

  it('count no seat of a session that is not at its end, and no payment of which nothing is heard yet', async () => {
    const figures = async () => {
      const rows = await reports.rowsOf<{ measure: string; key: string | null; value: number }>('measures');
      const value = (measure: string, of: string | null) =>
        rows.find((row) => row.measure === measure && row.key === of)!.value;
      return [value('seats-booked', null), value('seats-attended', null), value('payments-concluded', 'STRIPE')];
    };
    const [held] = await school.sql<{ id: string; seats: number; attended: number }>(
      `SELECT n.id, count(*)::int AS seats, count(t.checked_in_at)::int AS attended FROM class_sessions n JOIN seats t ON t.session_id = n.id
       WHERE n.status = 'FINISHED' AND t.status <> 'CANCELLED' GROUP BY n.id ORDER BY attended DESC, n.id LIMIT 1`,
    );
    const open = await school.sql(`UPDATE payments SET status = 'UNKNOWN' WHERE status = 'PENDING' RETURNING id`);
    await school.sql(`UPDATE class_sessions SET status = 'CONDUCTING' WHERE id = $1`, [held!.id]);
    const meanwhile = await figures();
    await school.sql(`UPDATE class_sessions SET status = 'FINISHED' WHERE id = $1`, [held!.id]);
    await school.sql(`UPDATE payments SET status = 'PENDING' WHERE status = 'UNKNOWN'`);
    expect([open.length, held!.attended].every((number) => number > 0)).toBe(true);
    expect(meanwhile).toEqual([7 - held!.seats, 4 - held!.attended, 14]);
    expect(await figures()).toEqual([7, 4, 14]);
  });

  it('of a time in which nothing was done are nothing, without a share', async () => {
    const to = new Date('2020-01-01T00:00:00Z');
    const rows = await reports.rowsOf<{ measure: string; value: number }>('measures', { to });
    expect(rows.filter(({ value }) => value !== 0)).toEqual([]);
    expect(rows.map(({ measure }) => measure).toSorted()).toEqual(
      [
        ...[
          'course-completions',
          'course-enrollments',
          'no-shows-kept',
          'package-credits-refunded',
          'package-credits-returned',
        ],
        ...['package-credits-sold', 'package-credits-used', 'seats-attended', 'seats-booked'],
        ...['tokens-awarded', 'tokens-redeemed'],
      ].toSorted(),
    );
  });
});

describe('every report', () => {
  it.each(REPORTS)('%s: has the same rows and figures as CSV, and a header when it has none', async (report) => {
    const rows = await reports.rowsOf<Record<string, string | number | null>>(report);
    expect(rows.length).toBeGreaterThan(0);
    const csv = await csvOf(report);
    expect(csv.type).toBe('text/csv; charset=utf-8');
    expect(csv.file).toMatch(new RegExp(`^attachment; filename="${report}[a-z-]*\\.csv"$`));
    expect(csv.rows).toEqual(
      rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value ?? '')]))),
    );
    expect(csv.names).toEqual(Object.keys(rows[0]!));
    const empty = await csvOf(report, { to: '2001-01-01T00:00:00Z' });
    expect(empty.names).toEqual(csv.names);
  });

  it.each(REPORTS)(
    '%s: refuses a period that ends before it begins, a moment that is none, and what it does not know',
    async (report) => {
      const refused = { status: 400, body: { code: 'VALIDATION_FAILED' } };
      const [from, to] = [new Date('2027-02-01T00:00:00Z'), new Date('2027-01-31T23:59:59Z')];
      expect(await reports.ask(report, { from, to })).toMatchObject({
        ...refused,
        body: { errors: [{ pointer: '#/query/to' }] },
      });
      expect(await reports.ask(report, { from, to: from })).toMatchObject({ status: 200 });
      const ever = { from: '1000-01-01T00:00:00Z', to: '9999-12-31T00:00:00Z' };
      expect(await reports.ask(report, ever)).toMatchObject({ status: 200 });
      for (const noMoment of ['yesterday', '2027-01-31', '2027-01-31T00:00:00'])
        expect(await reports.ask(report, { from: noMoment })).toMatchObject(refused);
      expect(await reports.ask(report, { format: 'xlsx' })).toMatchObject(refused);
      expect(await reports.ask(report, { groupBy: 'colour' })).toMatchObject(refused);
      expect(await reports.ask(report, { timeZone: 'Mars/Olympus' })).toMatchObject(refused);
      expect(await reports.ask(report, { page: '1' })).toMatchObject(refused);
    },
  );

  it.each(REPORTS)('%s: is for admins alone', async (report) => {
    for (const who of [story.people.staff, school.student, school.instructor])
      expect(await reports.ask(report, {}, who)).toMatchObject({ status: 403 });
    expect(await school.get(`/finance/reports/${report}`)).toMatchObject({ status: 401 });
  });

  it('was read off books in which all is well', async () => {
    expect(await school.app.get(Invariants).check()).toEqual([]);
  });
});
