import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Invariants } from '../src/ledger/index.js';
import { LeaderboardDesk, placesOf } from './support/leaderboard-desk.js';
import type { Person } from './support/people.js';
import { sql } from './support/people.js';
import { told } from './support/school.js';

/* Who stands where: by the rules, page by page, among friends, and as one wants to be seen. */

/** Some of what each of so many people has earned. */
const GROUPS = [
  [500, 1],
  [400, 3],
  [300, 20],
  [299, 1],
  [7, 12],
  [1, 4],
] as const;

let desk: LeaderboardDesk;
let players: Person[];
const scores = new Map<string, number>();
/** Has nothing, and looks. */
let looker: Person;

async function award(who: Person, amount: number): Promise<void> {
  await desk.move(who, amount);
  scores.set(who.id, (scores.get(who.id) ?? 0) + amount);
}

beforeAll(async () => {
  desk = await LeaderboardDesk.open('2027-01-13T12:00:00Z');
  const amounts = GROUPS.flatMap(([amount, count]) => Array<number>(count).fill(amount));
  [looker, ...players] = (await desk.people(amounts.length + 1)) as [Person, ...Person[]];
  // In another order than that of their ids.
  const order = amounts.map((_, index) => (index * 17) % amounts.length);
  await Promise.all(players.map((who, index) => award(who, amounts[order[index]!]!)));
}, 60_000);
afterAll(() => desk.app.close());

describe('pages', () => {
  it.each([1, 2, 3, 7, 20, 40, 41, 100])('of %d list everybody once, with their ranks', async (limit) => {
    expect(await desk.walk(looker, 'global', limit)).toEqual(placesOf(scores));
  });

  it('share ranks among equals: 1, 2, 2, 2, 5', async () => {
    const { data, period, since } = await desk.read(looker, 'global', 'limit=6');
    expect(data.map(({ rank, score }) => [rank, score])).toEqual([
      ...[[1, 500], ...Array<number[]>(3).fill([2, 400])],
      ...Array<number[]>(2).fill([5, 300]),
    ]);
    expect([period, since]).toEqual(['ALL', null]);
  });

  it("show a name and a picture, and never another person's e-mail", async () => {
    const answer = await desk.read(looker, 'global', 'limit=100');
    const [first] = answer.data;
    expect(first!.user).toEqual({
      id: first!.user.id,
      name: expect.stringMatching(/^Person \d+$/),
      profilePicture: null,
    });
    for (const { email } of players) expect(JSON.stringify(answer)).not.toContain(email);
  });

  it.each([
    ['cursor=x', '#/query/cursor'],
    ['cursor=global,ALL,1,1,500', '#/query/cursor'],
    ['cursor=global,ALL,1,1,5000000000000000000,usr_1', '#/query/cursor'],
    ['cursor=global,WEEK:2026-11-16,1,1,500,usr_1', '#/query/cursor'],
    ['cursor=friends,ALL,1,1,500,usr_1', '#/query/cursor'],
    ['period=WEEK&cursor=global,ALL,1,1,500,usr_1', '#/query/cursor'],
    ['period=MONTH&cursor=global,MONTH:9999-99-99,1,1,500,usr_1', '#/query/cursor'],
    ['period=WEEK&cursor=global,WEEK:2027-01-12,1,1,500,usr_1', '#/query/cursor'],
    ['period=YEAR', '#/query/period'],
    ['limit=0', '#/query/limit'],
    ['limit=101', '#/query/limit'],
    ['page=2', '#/query/page'],
  ])('are not of %s', async (query, pointer) => {
    expect(await desk.ask(looker, 'global', query)).toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED', errors: [{ pointer }] },
    });
  });
});

describe('the own rank', () => {
  it.each(GROUPS.map(([amount]) => amount))('of everybody who has %d is what others see', async (amount) => {
    const places = placesOf(scores).filter(([, , score]) => score === amount);
    for (const [rank, id] of places)
      expect((await desk.read({ id }, 'global', 'limit=1')).own).toEqual({ rank, score: amount, listed: true });
  });

  it('of who has nothing comes after everybody', async () => {
    expect((await desk.read(looker, 'global')).own).toEqual({ rank: scores.size + 1, score: 0, listed: true });
  });

  it('comes with every page', async () => {
    const { nextCursor } = await desk.read(players[0]!, 'global', 'limit=5');
    const [rank] = placesOf(scores).find(([, id]) => id === players[0]!.id)!;
    expect((await desk.read(players[0]!, 'global', `limit=5&cursor=${nextCursor}`)).own.rank).toBe(rank);
  });

  it('is not lowered by what is redeemed, and is by what is put right', async () => {
    const [one] = (await desk.people(1)) as [Person];
    await award(one, 450);
    await desk.redeem(one, 400);
    expect((await desk.read(one, 'global')).own).toEqual({ rank: 2, score: 450, listed: true });
    await award(one, 60);
    await desk.move(one, -60, 'ADJUSTMENT');
    scores.set(one.id, 450);
    expect(await desk.walk(one, 'global', 10)).toEqual(placesOf(scores));
  });
});

describe('who opts out', () => {
  it('is seen by nobody, nor by friends, whatever they earn, and sees where they stand; and is back when they want', async () => {
    const [one, friend] = (await desk.people(2)) as [Person, Person];
    await desk.befriend(one, friend);
    await award(one, 600);
    const all = placesOf(scores);
    expect(await desk.list(one, false)).toMatchObject({ status: 200, body: { listed: false } });
    const hidden = new Map(scores);
    hidden.delete(one.id);
    for (const period of ['ALL', 'MONTH', 'WEEK']) {
      for (const who of [friend, one]) expect(await desk.walk(who, 'global', 30, period)).toEqual(placesOf(hidden));
      for (const who of [friend, one]) expect(await desk.walk(who, 'friends', 30, period)).toEqual([]);
      for (const circle of ['global', 'friends'] as const)
        expect((await desk.read(one, circle, `period=${period}`)).own).toEqual({ rank: 1, score: 600, listed: false });
    }
    expect((await desk.read(friend, 'friends')).own).toEqual({ rank: 1, score: 0, listed: true });

    await award(one, 1);
    expect(await desk.walk(friend, 'global', 30)).toEqual(placesOf(hidden));
    await desk.list(one, true);
    expect(await desk.walk(friend, 'global', 30)).toEqual(placesOf(scores));
    expect(placesOf(scores)).toHaveLength(all.length);
    expect(await desk.walk(friend, 'friends', 30, 'WEEK')).toEqual([[1, one.id, 601]]);
  });

  it('before they have anything stays out', async () => {
    const [one] = (await desk.people(1)) as [Person];
    await desk.list(one, false);
    await desk.list(one, false);
    await desk.move(one, 1000);
    expect(await desk.walk(looker, 'global', 30)).toEqual(placesOf(scores));
    expect((await desk.read(one, 'global')).own).toEqual({ rank: 1, score: 1000, listed: false });
  });

  it('while they earn is out of every period', async () => {
    const people = await desk.people(12);
    await Promise.all(people.flatMap((one) => [desk.move(one, 5), desk.list(one, false), desk.move(one, 5)]));
    expect(await desk.walk(looker, 'global', 30)).toEqual(placesOf(scores));
    expect(await desk.walk(looker, 'global', 30, 'WEEK')).toEqual(placesOf(scores));
  });

  it.each([[undefined], ['no'], [null], [0]])('does not say so by %p', async (listed) => {
    expect(await desk.list(looker, listed)).toMatchObject({ status: 400, body: { errors: [{ pointer: '#/listed' }] } });
    expect((await desk.read(looker, 'global')).own.listed).toBe(true);
  });
});

describe('among friends', () => {
  it('are friends and oneself alone, with ranks of their own', async () => {
    const [one, asked, ...friends] = (await desk.people(9)) as [Person, Person, ...Person[]];
    for (const friend of friends) await desk.befriend(one, friend);
    await desk.app.post(`/friends/${asked.id}`, undefined, one.token);
    const amounts = [90, 90, 80, 70, 70, 70, 0];
    const circle = [one, ...friends.slice(0, 6)];
    await Promise.all(circle.slice(0, 6).map((who, index) => award(who, amounts[index]!)));
    await award(asked, 100);
    const expected = placesOf(new Map(circle.map(({ id }) => [id, scores.get(id) ?? 0])));
    expect(expected.map(([rank]) => rank)).toEqual([1, 1, 3, 4, 4, 4]);
    for (const limit of [1, 2, 3, 4, 5, 6, 7]) expect(await desk.walk(one, 'friends', limit)).toEqual(expected);
    expect((await desk.read(one, 'friends')).own).toEqual({ rank: 1, score: 90, listed: true });
    expect((await desk.read(friends[6]!, 'friends')).own).toEqual({ rank: 2, score: 0, listed: true });
    expect((await desk.read(asked, 'friends')).data.map(({ user }) => user.id)).toEqual([asked.id]);
    // In any direction but theirs.
    await desk.app.request('DELETE', `/friends/${friends[0]!.id}`, { token: one.token });
    expect((await desk.walk(one, 'friends', 30)).map(([, id]) => id)).not.toContain(friends[0]!.id);
    expect((await desk.ask(one, 'friends', 'cursor=global,ALL,1,1,500,usr_1')).status).toBe(400);
  });
});

describe('many at once', () => {
  it('come to the sum of what each was awarded, once for each source', async () => {
    const people = await desk.people(20);
    const awards = people.flatMap((who, index) =>
      Array.from({ length: 5 }, (_, turn) => ({ who, amount: index + turn + 1, source: `at-once:${turn}` })),
    );
    const moved = await Promise.all(
      [...awards, ...awards].map(({ who, amount, source }) => desk.move(who, amount, 'BONUS', source)),
    );
    expect(moved.filter(({ isNew }) => isNew)).toHaveLength(awards.length);
    for (const [index, { id }] of people.entries()) {
      const score = 5 * (index + 1) + 10;
      scores.set(id, score);
      for (const period of ['ALL', 'MONTH', 'WEEK'])
        expect((await desk.read({ id }, 'global', `period=${period}&limit=1`)).own.score).toBe(score);
    }
    expect(await desk.walk(looker, 'global', 30)).toEqual(placesOf(scores));
  });
});

it('nobody who has not signed in sees anything', async () => {
  for (const circle of ['global', 'friends'])
    expect(told(await desk.app.get(`/leaderboard/${circle}`))).toBe('UNAUTHENTICATED');
  expect(told(await desk.app.request('PATCH', '/leaderboard/me', { body: { listed: false } }))).toBe('UNAUTHENTICATED');
});

describe('what must hold', () => {
  it('holds', async () => {
    expect(await desk.app.app.get(Invariants).check()).toEqual([]);
  });

  it.each([false, true])(
    'is found not to where an account says that it is listed, or not (%p), and a score the other',
    async (listed) => {
      const [one] = (await desk.people(1)) as [Person];
      await desk.move(one, 1);
      await desk.list(one, listed);
      const turn = `UPDATE token_scores SET listed = NOT listed WHERE period = 'ALL' AND user_id = $1`;
      await sql(desk.app.database, turn, [one.id]);
      expect(await desk.app.app.get(Invariants).check()).toEqual([
        {
          rule: 'a score is shown as its person wants it',
          subject: one.id,
          detail: `ALL is ${listed ? 'hidden' : 'shown'}`,
        },
      ]);
      await sql(desk.app.database, turn, [one.id]);
    },
  );
});
