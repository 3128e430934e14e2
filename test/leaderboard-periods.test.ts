import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ForgetOldScores } from '../src/tokens/leaderboard/forget-old-scores.js';
import { LeaderboardDesk } from './support/leaderboard-desk.js';
import { type Person, sql } from './support/people.js';

/* Months and weeks begin and end at midnight in UTC, wherever one lives; at whichever moment is looked, by the application's clock. */

let desk: LeaderboardDesk;
let one: Person;
let other: Person;
beforeAll(async () => {
  desk = await LeaderboardDesk.open('2027-01-20T12:00:00Z');
}, 60_000);
afterAll(() => desk.app.close());

/** Two people anew, one of them where it has been tomorrow for thirteen hours. */
async function two(): Promise<void> {
  [one, other] = (await desk.people(2)) as [Person, Person];
  await sql(desk.app.database, `UPDATE users SET time_zone = 'Pacific/Auckland' WHERE id = $1`, [one.id]);
}

const award = (moment: string, amount: number, who = one) => desk.app.clock.at(moment, () => desk.move(who, amount));

/** What they have earned in the week, in the month, and at all, as it is seen then. */
function earned(moment: string, who = one): Promise<number[]> {
  return desk.app.clock.at(moment, async () => {
    const boards = ['WEEK', 'MONTH', 'ALL'].map((period) => desk.read(who, 'global', `period=${period}&limit=100`));
    return (await Promise.all(boards)).map(({ own, data }) => {
      expect(data.find(({ user }) => user.id === who.id)?.score ?? 0).toBe(own.score);
      return own.score;
    });
  });
}

describe('a border', () => {
  it.each([
    // before, after, then seen just before and just after: week, month, all
    ['of a week: Monday', '2027-01-24T23:59:59.999Z', '2027-01-25T00:00:00.000Z', [5, 5, 5], [7, 12, 12]],
    [
      'of a month: the first, a Thursday',
      '2027-03-31T23:59:59.999Z',
      '2027-04-01T00:00:00.000Z',
      [5, 5, 5],
      [12, 7, 12],
    ],
    [
      'of both: a Monday that is the first',
      '2027-01-31T23:59:59.999Z',
      '2027-02-01T00:00:00.000Z',
      [5, 5, 5],
      [7, 7, 12],
    ],
    ['of both in March', '2027-02-28T23:59:59.999Z', '2027-03-01T00:00:00.000Z', [5, 5, 5], [7, 7, 12]],
    [
      'of a year, in the middle of a week',
      '2027-12-31T23:59:59.999Z',
      '2028-01-01T00:00:00.000Z',
      [5, 5, 5],
      [12, 7, 12],
    ],
    ['of none: a leap day', '2028-02-28T23:59:59.999Z', '2028-02-29T00:00:00.000Z', [5, 5, 5], [12, 12, 12]],
    [
      'of none: midnight where they live',
      '2027-06-06T11:59:59.999Z',
      '2027-06-06T12:00:00.000Z',
      [5, 5, 5],
      [12, 12, 12],
    ],
  ])('%s', async (_, before, after, seenBefore, seenAfter) => {
    await two();
    await award(before, 5);
    expect(await earned(before)).toEqual(seenBefore);
    expect(await earned(after)).toEqual([seenAfter[0]! - 7, seenAfter[1]! - 7, 5].map((score) => Math.max(score, 0)));
    await award(after, 7);
    expect(await earned(after)).toEqual(seenAfter);
    expect(await earned(after, other)).toEqual([0, 0, 0]);
  });

  it('names the day from which on is counted', async () => {
    const since = (period: string) =>
      desk.app.clock.at(
        '2027-05-02T23:59:59.999Z',
        async () => (await desk.read(one, 'global', `period=${period}`)).since,
      );
    expect([await since('ALL'), await since('MONTH'), await since('WEEK')]).toEqual([null, '2027-05-01', '2027-04-26']);
  });
});

it('what was put right in a week counts against that week, and whoever has less than nothing in it comes last', async () => {
  await two();
  const [third] = (await desk.people(1)) as [Person];
  for (const who of [one, third]) await award('2027-07-07T12:00:00Z', 100, who);
  await award('2027-07-14T12:00:00Z', 3, other);
  // Has less than nothing too, and more than that.
  await desk.app.clock.at('2027-07-14T12:00:00Z', () => desk.move(third, -10, 'ADJUSTMENT'));
  await desk.app.clock.at('2027-07-14T12:00:00Z', () => desk.move(one, -40, 'ADJUSTMENT'));
  const own = (period: string) =>
    desk.app.clock.at('2027-07-14T12:00:00Z', async () => (await desk.read(one, 'global', `period=${period}`)).own);
  expect(await own('WEEK')).toEqual({ rank: 2, score: -40, listed: true });
  expect(await own('MONTH')).toEqual({ rank: 2, score: 60, listed: true });
  const { data } = await desk.app.clock.at('2027-07-14T12:00:00Z', () => desk.read(one, 'global', 'period=WEEK'));
  expect(data.map(({ user, score }) => [user.id, score])).toEqual([[other.id, 3]]);
});

it('what was begun on Sunday goes on with that week on Monday, and a first page is of the new one', async () => {
  await two();
  const [sunday, monday] = ['2027-08-08T23:59:59Z', '2027-08-09T00:00:01Z'];
  await award(sunday, 20);
  await award(sunday, 10, other);
  const first = await desk.app.clock.at(sunday, () => desk.read(one, 'global', 'period=WEEK&limit=1'));
  await award(monday, 50);
  const next = await desk.app.clock.at(monday, () =>
    desk.read(one, 'global', `period=WEEK&limit=1&cursor=${first.nextCursor}`),
  );
  expect(next).toMatchObject({
    since: '2027-08-02',
    data: [{ rank: 2, user: { id: other.id }, score: 10 }],
    nextCursor: null,
    own: { rank: 1, score: 20 },
  });
  const anew = await desk.app.clock.at(monday, () => desk.read(one, 'global', 'period=WEEK&limit=1'));
  expect(anew).toMatchObject({ since: '2027-08-09', data: [{ rank: 1, score: 50 }], nextCursor: null });
});

it('nobody is seen, by a cursor that was made up, in a week so long ago that opting out does not reach it', async () => {
  await two();
  await award('2027-08-16T12:00:00Z', 20, other);
  await award('2028-09-25T12:00:00Z', 1, other);
  const asked = await desk.app.clock.at('2028-10-16T12:00:00Z', async () => {
    await desk.list(other, false);
    return desk.ask(one, 'global', 'period=WEEK&cursor=global,WEEK:2027-08-16,1,1,500,usr_1');
  });
  expect(asked).toMatchObject({ status: 400, body: { errors: [{ pointer: '#/query/cursor' }] } });
  await sql(desk.app.database, `DELETE FROM token_scores WHERE period = 'WEEK:2027-08-16'`);
});

it('scores of months and weeks go after 400 days, those of all time never', async () => {
  const { database, app } = desk.app;
  await sql(database, 'DELETE FROM token_scores');
  const names = [
    'ALL',
    'MONTH:2026-04-01',
    'MONTH:2026-05-01',
    'MONTH:2026-06-01',
    'WEEK:2026-04-20',
    'WEEK:2026-05-04',
  ];
  await sql(
    database,
    `INSERT INTO token_scores SELECT name, n::text, 1, n % 2 = 0 FROM unnest($1::text[]) name,
       generate_series(1, CASE name WHEN 'MONTH:2026-04-01' THEN 10001 ELSE 3 END) n`,
    [names],
  );
  desk.to('2027-06-01T00:00:00Z');
  const removed = await app.get(ForgetOldScores).run();
  expect(removed).toBe(10_001 + 3);
  const left = await sql(database, 'SELECT period, count(*)::int AS count FROM token_scores GROUP BY 1 ORDER BY 1');
  expect(left).toEqual(
    ['ALL', 'MONTH:2026-05-01', 'MONTH:2026-06-01', 'WEEK:2026-05-04'].map((period) => ({ period, count: 3 })),
  );
});
