import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RevenueRowDto } from '../src/finance/reports/revenue.dto.js';
import { type Period, Recount, sorted } from './support/recount.js';
import { ReportsStory, type Story } from './support/reports-story.js';
import { openSchool, type School } from './support/school.js';
import { ReportDesk } from './support/report-desk.js';

/* What the owner reads: a year of a school, told once, and every report of it counted again from the raw postings. */

let school: School;
let reports: ReportDesk;
let story: Story;
let recount: Recount;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400', CURRENCIES: 'USD,EUR' });
  story = await ReportsStory.tell(school);
  recount = await Recount.of(school);
  reports = new ReportDesk(school);
}, 120_000);
afterAll(() => school.close());

const ZONES = ['UTC', 'America/New_York', 'Asia/Kathmandu'];
const GROUPS = ['day', 'week', 'month', 'type', 'provider', 'course', 'instructor', 'branch'];

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
        expect([groupBy, sorted(await reports.rowsOf('revenue', { groupBy, timeZone, ...period }))]).toEqual([
          groupBy,
          recount.revenue(groupBy, timeZone, period),
        ]);
  });

  it('has rows in which received − refunded = tax + instructorShare + earned + deferred − losses', async () => {
    for (const groupBy of GROUPS)
      for (const row of await reports.rowsOf<RevenueRowDto>('revenue', { groupBy }))
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
      const rows = await reports.rowsOf<RevenueRowDto>('revenue', { groupBy });
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
          balance('liability:earnings', currency),
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
        await reports.rowsOf<RevenueRowDto>('revenue', {
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
    expect(await reports.rowsOf('revenue', { timeZone: 'IST' })).toEqual(
      await reports.rowsOf('revenue', { timeZone: 'Asia/Kolkata' }),
    );
  });

  it('tells what is earned from what is received, and attributes both', async () => {
    const { here, there, studio } = story.places;
    const by = async (groupBy: string) =>
      new Map(
        (await reports.rowsOf<RevenueRowDto>('revenue', { groupBy })).map((row) => [`${row.key} ${row.currency}`, row]),
      );
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
      recount.balance(`liability:earnings-pending:${story.people.other.id}`) +
        recount.balance(`liability:earnings:${story.people.other.id}`),
    );
    // The second loss of a dispute is shown as what it is. What a credit made good that came back from a seat is its package's again.
    expect([...(await by('type')).values()].map(({ losses }) => losses)).toEqual([0, 4000, 3690, -3690]);
  });
});

describe('tax', () => {
  it.each(ZONES)('equals the postings added up by hand in %s, and its dues the accounts', async (timeZone) => {
    for (const groupBy of ['day', 'week', 'month'])
      for (const period of periods())
        expect(sorted(await reports.rowsOf('tax', { groupBy, timeZone, ...period }))).toEqual(
          recount.tax(groupBy, timeZone, period),
        );
    const rows = await reports.rowsOf<{ country: string; due: number }>('tax', { timeZone });
    expect(rows).toEqual(await reports.rowsOf('tax', { timeZone, groupBy: 'month' }));
    for (const country of ['DE', 'GB'])
      expect(rows.reduce((sum, row) => (row.country === country ? sum + row.due : sum), 0)).toBe(
        recount.balance(`liability:tax:${country.toLowerCase()}`),
      );
  });

  it('counts a refund that failed as not given back, in the month in which it failed', async () => {
    const { lastOfMarch } = story.moments;
    const [row] = await reports.rowsOf<{ charged: number; givenBack: number }>('tax', {
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
      const rows = await reports.rowsOf<Record<string, number>>('deferred-revenue', period as Record<string, Date>);
      expect(sorted(rows)).toEqual(recount.deferred(period));
      for (const row of rows) {
        const { opening = 0, added = 0, recognised = 0, moved = 0, returned = 0 } = row;
        expect([row, row.closing]).toEqual([row, opening + added - recognised + moved - returned]);
      }
    }
    const sessions = (await reports.rowsOf<{ stream: string; closing: number }>('deferred-revenue')).find(
      ({ stream }) => stream === 'sessions',
    );
    expect(sessions?.closing).toBe(recount.balance('liability:deferred:sessions'));
  });

  it('opens with what the period before closed with, stream by stream', async () => {
    const to = story.moments.sundayNight;
    const [before, after] = [
      await reports.rowsOf<{ stream: string; closing: number }>('deferred-revenue', { to }),
      await reports.rowsOf<{ stream: string; opening: number }>('deferred-revenue', { from: to }),
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
