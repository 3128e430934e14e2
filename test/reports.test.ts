import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RevenueRowDto } from '../src/finance/reports/revenue.dto.js';
import { Invariants } from '../src/ledger/index.js';
import type { Person } from './support/people.js';
import { type Period, Recount, sorted } from './support/recount.js';
import { ReportsStory, type Story } from './support/reports-story.js';
import { expectStatus, openSchool, type School } from './support/school.js';

/* What the owner reads: a year of a school, told once, and every report of it counted again from the raw postings. */

let school: School;
let story: Story;
let recount: Recount;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400', CURRENCIES: 'USD,EUR' });
  story = await ReportsStory.tell(school);
  recount = await Recount.of(school);
}, 120_000);
afterAll(() => school.close());

const ZONES = ['UTC', 'America/New_York', 'Asia/Kathmandu'];
const GROUPS = ['day', 'week', 'month', 'type', 'provider', 'course', 'instructor', 'branch'];
const REPORTS = ['revenue', 'tax', 'deferred-revenue', 'coupons', 'conversion', 'measures'];

type Fields = Record<string, string | Date | undefined>;
const query = (fields: Fields) => {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return new URLSearchParams(
    Object.fromEntries(given.map(([name, value]) => [name, value instanceof Date ? value.toISOString() : value!])),
  ).toString();
};
const ask = (report: string, fields: Fields = {}, by: Person = school.admin) =>
  school.get<{ rows: object[] }>(`/finance/reports/${report}?${query(fields)}`, by.token);
const rowsOf = async <Row extends object>(report: string, fields: Fields = {}) =>
  expectStatus(200, await ask(report, fields)).rows as Row[];

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

/** Halves of the year, and edges that lie exactly on an entry. */
function periods(): Period[] {
  const { firstOfFebruary, sundayNight, mondayMorning, lastOfMarch } = story.moments;
  const entry = recount.entries.find(({ at }) => at > mondayMorning)!.at;
  return [
    {},
    { to: firstOfFebruary },
    { from: firstOfFebruary, to: sundayNight },
    { from: entry },
    { from: sundayNight, to: entry },
    { from: lastOfMarch },
  ];
}

describe('revenue', () => {
  it.each(ZONES)('equals the postings added up by hand, however it is grouped, in %s', async (timeZone) => {
    for (const groupBy of GROUPS)
      for (const period of periods())
        expect([groupBy, sorted(await rowsOf('revenue', { groupBy, timeZone, ...period }))]).toEqual([
          groupBy,
          recount.revenue(groupBy, timeZone, period),
        ]);
  });

  it('has rows in which received − refunded = tax + instructorShare + earned + deferred − losses', async () => {
    for (const groupBy of GROUPS)
      for (const row of await rowsOf<RevenueRowDto>('revenue', { groupBy }))
        expect([row, row.received - row.refunded]).toEqual([
          row,
          row.tax + row.instructorShare + row.earned + row.deferred - row.losses,
        ]);
  });

  it('sums to the trial balance', async () => {
    const books = Object.entries(await school.books());
    const balance = (prefix: string, currency: string) =>
      books.reduce(
        (sum, [code, amount]) => (code.startsWith(prefix) && code.endsWith(currency) ? sum + amount : sum),
        0,
      );
    for (const groupBy of GROUPS) {
      const rows = await rowsOf<RevenueRowDto>('revenue', { groupBy });
      for (const currency of ['USD', 'EUR']) {
        const total = (of: 'tax' | 'instructorShare' | 'earned' | 'deferred' | 'losses') =>
          rows.filter((row) => row.currency === currency).reduce((sum, row) => sum + row[of], 0);
        expect([
          groupBy,
          total('tax'),
          total('instructorShare'),
          total('earned'),
          total('deferred'),
          total('losses'),
        ]).toEqual([
          groupBy,
          balance('liability:tax:', currency),
          balance('liability:earnings-pending:', currency),
          balance('revenue:', currency),
          balance('liability:deferred:', currency),
          balance('expense:dispute-losses', currency),
        ]);
      }
    }
  });

  it('puts each moment on the day of the zone, also when its clocks go forward', async () => {
    const { beforeTheClocks, sundayNight, mondayMorning } = story.moments;
    const days = async (timeZone: string) =>
      (
        await rowsOf<RevenueRowDto>('revenue', {
          timeZone,
          from: beforeTheClocks,
          to: new Date(mondayMorning.getTime() + 3_600_000),
        })
      ).map(({ key }) => key);
    const day = (moment: Date, plus = 0) => new Date(moment.getTime() + plus * 86_400_000).toISOString().slice(0, 10);
    expect(await days('America/New_York')).toEqual([
      day(beforeTheClocks, -1),
      day(sundayNight, -1),
      day(mondayMorning),
    ]);
    expect(await days('UTC')).toEqual([day(beforeTheClocks), day(sundayNight)]);
    // A short name is the zone's, not an offset that the database knows by it.
    expect(await rowsOf('revenue', { timeZone: 'IST' })).toEqual(await rowsOf('revenue', { timeZone: 'Asia/Kolkata' }));
  });

  it('tells what is earned from what is received, and attributes both', async () => {
    const { here, there, studio } = story.places;
    const by = async (groupBy: string) =>
      new Map((await rowsOf<RevenueRowDto>('revenue', { groupBy })).map((row) => [`${row.key} ${row.currency}`, row]));
    const branches = await by('branch');
    expect([...branches.keys()].toSorted()).toEqual(
      [`${here.branchId} USD`, `${there.branchId} USD`, `${studio.branchId} USD`, 'none EUR', 'none USD'].toSorted(),
    );
    // Of four seats one was given back after the session, which took tax and revenue with it.
    expect(branches.get(`${here.branchId} USD`)).toMatchObject({
      sales: 4,
      received: 4000,
      refunded: 1000,
      tax: 480,
      earned: 2520,
      deferred: 0,
    });
    // The fee of a no-show; two seats paid in cash that were given back.
    expect(branches.get(`${there.branchId} USD`)).toMatchObject({
      sales: 3,
      received: 2250,
      refunded: 2000,
      instructorShare: 0,
      deferred: 0,
    });
    const { first, second, euro } = story.courses;
    expect([...(await by('course')).keys()].toSorted()).toEqual(
      [`${first} USD`, `${second} USD`, `${euro} EUR`, 'none USD'].toSorted(),
    );
    expect([...(await by('type')).keys()]).toEqual(['course EUR', 'course USD', 'package USD', 'session USD']);
    expect([...(await by('provider')).keys()]).toEqual([
      'CASH USD',
      'PACKAGE USD',
      'STRIPE EUR',
      'STRIPE USD',
      'WALLET USD',
    ]);
    const instructors = await by('instructor');
    expect(instructors.get(`${story.people.other.id} USD`)?.instructorShare).toBe(
      recount.balance(`liability:earnings-pending:${story.people.other.id}`),
    );
    // The second loss of a dispute is shown as what it is. What a credit made good that came back from a seat is its package's again.
    expect([...(await by('type')).values()].map(({ losses }) => losses)).toEqual([0, 4000, 3690, -3690]);
  });
});

describe('tax', () => {
  it.each(ZONES)('equals the postings added up by hand in %s, and its dues the accounts', async (timeZone) => {
    for (const groupBy of ['day', 'week', 'month'])
      for (const period of periods())
        expect(sorted(await rowsOf('tax', { groupBy, timeZone, ...period }))).toEqual(
          recount.tax(groupBy, timeZone, period),
        );
    const rows = await rowsOf<{ country: string; due: number }>('tax', { timeZone });
    expect(rows).toEqual(await rowsOf('tax', { timeZone, groupBy: 'month' }));
    for (const country of ['DE', 'GB'])
      expect(rows.reduce((sum, row) => (row.country === country ? sum + row.due : sum), 0)).toBe(
        recount.balance(`liability:tax:${country.toLowerCase()}`),
      );
  });

  it('counts a refund that failed as not given back, in the month in which it failed', async () => {
    const { lastOfMarch } = story.moments;
    const [row] = await rowsOf<{ charged: number; givenBack: number }>('tax', {
      from: lastOfMarch,
      to: new Date(lastOfMarch.getTime() + 86_400_000),
    });
    // 1234 of 11899 came back with its 197 of tax; what was left of the lost sale took its 311.
    expect(row).toMatchObject({ country: 'DE', charged: 0, givenBack: 311 - 197 });
  });
});

describe('deferred revenue', () => {
  it('equals the postings added up by hand, and closes with the balance of the account', async () => {
    for (const period of periods()) {
      const rows = await rowsOf<Record<string, number>>('deferred-revenue', period as Record<string, Date>);
      expect(sorted(rows)).toEqual(recount.deferred(period));
      for (const row of rows) {
        const { opening = 0, added = 0, recognised = 0, moved = 0, returned = 0 } = row;
        expect([row, row.closing]).toEqual([row, opening + added - recognised + moved - returned]);
      }
    }
    const sessions = (await rowsOf<{ stream: string; closing: number }>('deferred-revenue')).find(
      ({ stream }) => stream === 'sessions',
    );
    expect(sessions?.closing).toBe(recount.balance('liability:deferred:sessions'));
  });

  it('opens with what the period before closed with, stream by stream', async () => {
    const to = story.moments.sundayNight;
    const [before, after] = [
      await rowsOf<{ stream: string; closing: number }>('deferred-revenue', { to }),
      await rowsOf<{ stream: string; opening: number }>('deferred-revenue', { from: to }),
    ];
    expect(after.map(({ stream, opening }) => [stream, opening])).toEqual(
      before.map(({ stream, closing }) => [stream, closing]),
    );
    // Every kind of entry that there is about packages has been looked at.
    expect(
      [...new Set(recount.entries.map(({ kind }) => kind))].filter((kind) => /package|credit/.test(kind)).toSorted(),
    ).toEqual([
      'package.credit-reclaimed',
      'package.forfeited',
      'package.sold',
      'seat.credit-returned',
      'seat.paid-credit',
    ]);
  });
});

describe('coupons', () => {
  it('are counted once, as what their uses are now', async () => {
    const tenth = { code: 'TENTH', currency: 'USD', reserved: 1, consumed: 2, returned: 2, discount: 1000 + 500 };
    const gift = { code: 'GIFT', currency: 'USD', reserved: 0, consumed: 1, returned: 0, discount: 9999, received: 0 };
    const received = 8999 + 1710 + 4501 + 900;
    expect(await rowsOf('coupons')).toEqual([gift, { ...tenth, received }]);
    const { lastOfYear, firstOfFebruary } = story.moments;
    expect(await rowsOf('coupons', { from: lastOfYear })).toEqual([
      { ...tenth, consumed: 0, returned: 0, discount: 0, received: 0 },
    ]);
    expect(await rowsOf('coupons', { to: firstOfFebruary })).toMatchObject([
      gift,
      { reserved: 0, consumed: 2, returned: 2, received },
    ]);
  });
});

describe('conversion', () => {
  it('tells what became of every payment session, by provider', async () => {
    const rows = await rowsOf<Record<string, number>>('conversion');
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
      (await rowsOf<{ key: string; begun: number }>('conversion', { groupBy: 'day', timeZone })).map(
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
    const rows = await rowsOf<{ measure: string; key: string | null; currency: string | null; value: number }>(
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
      const rows = await rowsOf<{ measure: string; key: string | null; value: number }>('measures');
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
    const rows = await rowsOf<{ measure: string; value: number }>('measures', { to });
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
      ].toSorted(),
    );
  });
});

describe('every report', () => {
  it.each(REPORTS)('%s: has the same rows and figures as CSV, and a header when it has none', async (report) => {
    const rows = await rowsOf<Record<string, string | number | null>>(report);
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
      expect(await ask(report, { from, to })).toMatchObject({
        ...refused,
        body: { errors: [{ pointer: '#/query/to' }] },
      });
      expect(await ask(report, { from, to: from })).toMatchObject({ status: 200 });
      const ever = { from: '1000-01-01T00:00:00Z', to: '9999-12-31T00:00:00Z' };
      expect(await ask(report, ever)).toMatchObject({ status: 200 });
      for (const noMoment of ['yesterday', '2027-01-31', '2027-01-31T00:00:00'])
        expect(await ask(report, { from: noMoment })).toMatchObject(refused);
      expect(await ask(report, { format: 'xlsx' })).toMatchObject(refused);
      expect(await ask(report, { groupBy: 'colour' })).toMatchObject(refused);
      expect(await ask(report, { timeZone: 'Mars/Olympus' })).toMatchObject(refused);
      expect(await ask(report, { page: '1' })).toMatchObject(refused);
    },
  );

  it.each(REPORTS)('%s: is for admins alone', async (report) => {
    for (const who of [story.people.staff, school.student, school.instructor])
      expect(await ask(report, {}, who)).toMatchObject({ status: 403 });
    expect(await school.get(`/finance/reports/${report}`)).toMatchObject({ status: 401 });
  });

  it('was read off books in which all is well', async () => {
    expect(await school.app.get(Invariants).check()).toEqual([]);
  });
});
