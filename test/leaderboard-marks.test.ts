import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CountRanks } from '../src/tokens/leaderboard/count-ranks.js';
import { ForgetOldScores } from '../src/tokens/leaderboard/forget-old-scores.js';
import { LeaderboardDesk } from './support/leaderboard-desk.js';
import { type Person, sql } from './support/people.js';

/* What a large leaderboard is counted by: marks, from which anybody's rank is a few steps away. */

const WEDNESDAY = '2027-01-13T12:00:00Z';
const MONTH = 'MONTH:2027-01-01';

let desk: LeaderboardDesk;
/** Has nothing. */
let looker: Person;
beforeAll(async () => {
  desk = await LeaderboardDesk.open(WEDNESDAY);
  [looker] = (await desk.people(1)) as [Person];
  await look(
    `INSERT INTO users (id, name, roles, created_at, updated_at)
     SELECT 'usr_player_' || n, 'Player ' || n, '{STUDENT}', now(), now() FROM generate_series(1, 12500) n`,
  );
}, 60_000);
afterAll(() => desk.app.close());

const look = <Row extends object>(text: string, values?: unknown[]): Promise<Row[]> =>
  sql<Row>(desk.app.database, text, values);
const count = (): Promise<number> => desk.app.app.get(CountRanks).run();

/** Everybody anew, with a score by their number from 1 on. */
async function scores(people: number, score: string, period = 'ALL'): Promise<void> {
  await look('DELETE FROM token_scores');
  await look('DELETE FROM leaderboards');
  await look('DELETE FROM leaderboard_marks');
  await look(
    `INSERT INTO token_scores (period, user_id, score, listed)
     SELECT $1, 'usr_player_' || n, ${score}, true FROM generate_series(1, $2) n`,
    [period, people],
  );
}

async function rankOf(id: string, period = 'ALL'): Promise<number> {
  return (await desk.read({ id }, 'global', `limit=1&period=${period}`)).own.rank;
}

/** Some people, with the ranks that they have when all above are counted: next to every mark, and here and there. */
async function counted(): Promise<{ id: string; rank: number }[]> {
  return look(
    `SELECT id, rank FROM (
       SELECT user_id AS id, (rank() OVER (ORDER BY score DESC))::int AS rank, row_number() OVER (ORDER BY score DESC, user_id) AS row,
         row_number() OVER (PARTITION BY score) AS of_score, abs(score - (SELECT m.score FROM leaderboard_marks m ORDER BY abs(m.score - s.score) LIMIT 1)) AS far
       FROM token_scores s) all_ranked
     WHERE row % 611 = 1 OR row IN (1, 12500) OR (far <= 1 AND of_score = 1)`,
  );
}

const distributions = [
  ['of as many scores as people', 'n'],
  ['with ties of some hundred', '1 + 12500 / n'],
  [
    'with ties of thousands',
    `CASE WHEN n <= 3000 THEN 900 WHEN n <= 3007 THEN 890 - n % 7 WHEN n <= 9000 THEN 500 ELSE n % 400 + 1 END`,
  ],
  ['of the same score for all', '10'],
] as const;

describe('a leaderboard', () => {
  it.each(distributions)('%s: ranks by marks are those that are counted', async (_, score) => {
    await scores(12_500, score);
    expect(await count()).toBe(1);
    const some = await counted();
    expect(some.length).toBeGreaterThan(20);
    for (const { id, rank } of some) expect([id, await rankOf(id)]).toEqual([id, rank]);
    expect(await rankOf(looker.id)).toBe(12_501);
    // From one mark to the next are so few that they are counted when somebody asks.
    const [widest] = await look<{ most: number }>(
      `SELECT max((SELECT count(*)::int FROM token_scores s WHERE s.score < m.above AND s.score > m.score)) AS most FROM (
         SELECT score, lag(score, 1, 9e18::bigint) OVER (ORDER BY score DESC) AS above FROM
           (SELECT score FROM leaderboard_marks UNION ALL SELECT 0) marks) m`,
    );
    expect(widest!.most).toBeLessThan(1_000);
  });
});

describe('marks', () => {
  /** So that one sees whether they are used. */
  const falsified = async () => {
    await scores(12_500, 'n');
    await count();
    await look('UPDATE leaderboard_marks SET reached = reached + 100000');
  };

  it('are used for a minute, and then no more', async () => {
    await falsified();
    const { clock } = desk.app;
    const begun = clock.now().getTime();
    const at = (seconds: number) =>
      clock.at(new Date(begun + seconds * 1000), () => Promise.all([rankOf('usr_player_2500'), rankOf(looker.id)]));
    expect(await at(59)).toEqual([110_001, 112_501]);
    expect(await at(61)).toEqual([10_001, 12_501]);
  });

  it('leave what happens between them to be counted at once', async () => {
    await falsified();
    const rank = () => rankOf('usr_player_2400');
    expect(await rank()).toBe(110_101);
    await look(`UPDATE token_scores SET score = 2450 WHERE user_id = 'usr_player_1'`);
    expect(await rank()).toBe(110_102);
    await look(`UPDATE token_scores SET listed = false WHERE user_id IN ('usr_player_1', 'usr_player_2401')`);
    expect(await rank()).toBe(110_100);
  });

  it('are none of those who have less than the first thousand', async () => {
    await falsified();
    expect([await rankOf('usr_player_12500'), await rankOf('usr_player_11502')]).toEqual([1, 999]);
  });

  it('are set again after thirty seconds, and are then right', async () => {
    await falsified();
    desk.app.clock.advance(29);
    expect([await count(), await rankOf('usr_player_2500')]).toEqual([0, 110_001]);
    desk.app.clock.advance(2);
    expect([await count(), await rankOf('usr_player_2500')]).toEqual([1, 10_001]);
  });

  it('are of those alone who want to be seen, and have something', async () => {
    await scores(12_500, 'n');
    await look('UPDATE token_scores SET listed = false WHERE score % 10 = 0');
    await count();
    const [row] = await look<{ most: number }>('SELECT max(reached) AS most FROM leaderboard_marks');
    expect(row!.most).toBe(11_000);
    expect(await rankOf('usr_player_2500')).toBe(9_001);
  });

  it("of a period are nobody else's", async () => {
    await scores(12_500, 'n', MONTH);
    await look(`INSERT INTO token_scores SELECT 'ALL', user_id, 1, true FROM token_scores LIMIT 100`);
    expect(await count()).toBe(1);
    expect([await rankOf('usr_player_2500', 'MONTH'), await rankOf(looker.id)]).toEqual([10_001, 101]);
  });
});

describe('counting', () => {
  it.each([
    [10_000, 0],
    [10_001, 1],
  ])('of %d people is done %d times', async (people, times) => {
    await scores(people, 'n');
    expect(await count()).toBe(times);
    expect(await look('SELECT period FROM leaderboards')).toHaveLength(times);
    expect(await rankOf(looker.id)).toBe(people + 1);
  });

  it('is left alone for a period that has ended', async () => {
    await scores(12_500, 'n', 'WEEK:2027-01-04');
    expect(await count()).toBe(0);
  });

  it('is done by one of several processes', async () => {
    for (let turn = 0; turn < 3; turn += 1) {
      await scores(12_500, 'n');
      const counts = await Promise.all([count(), count(), count()]);
      expect(counts.toSorted()).toEqual([0, 0, 1]);
    }
    desk.app.clock.advance(31);
    expect((await Promise.all([count(), count(), count()])).toSorted()).toEqual([0, 0, 1]);
  });

  it('is a sweep, which finds nothing more to do', async () => {
    await scores(12_500, 'n');
    await desk.app.settle();
    expect(await look('SELECT period FROM leaderboards')).toEqual([{ period: 'ALL' }]);
    expect(await count()).toBe(0);
  });

  it('leaves no marks for ever', async () => {
    await scores(12_500, 'n');
    await count();
    const [marks] = await look<{ count: number }>('SELECT count(*)::int FROM leaderboard_marks');
    expect(marks!.count).toBe(12);
    expect(await desk.app.app.get(ForgetOldScores).run()).toBe(0);
    desk.app.clock.advance(3_601);
    expect(await desk.app.app.get(ForgetOldScores).run()).toBe(12);
    expect(await look('SELECT FROM leaderboards')).toEqual([]);
  });
});
