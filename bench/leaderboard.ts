import type { BenchOptions, Figures } from './bench.js';
import { fillPlayers, playerOf, WITH_FRIENDS } from './leaderboard-players.js';
import { percentiles, rounded } from './support/figures.js';
import { built, inside, statementsOf } from './support/inside.js';
import { addressOf } from './support/load.js';
import { type Server, tokenOf } from './support/server.js';
import { inWorld, type World } from './support/world.js';

const PLAYERS = 1_000_000;
const PLAYERS_QUICKLY = 50_000;
const AT_ONCE = 16;

interface Look {
  /** Whose they are, one after another. */
  readonly people: string[];
  readonly path: string;
}

interface Plan {
  readonly Plan: Record<'Shared Hit Blocks' | 'Shared Read Blocks', number>;
  readonly 'Execution Time': number;
}

/**
 * Pages of leaderboards with the rank of who asks, over HTTP, one after another while workers go on in the same process; awards, and what a
 * recount takes. `BENCH_PLANS=1` prints how the database goes about each.
 */
export function leaderboards({
  quick,
  players = quick ? PLAYERS_QUICKLY : PLAYERS,
}: BenchOptions): Promise<Record<string, Figures>> {
  return inWorld(async (world) => {
    await fillPlayers(world, players);
    const counted = await inside(world, (app) => recounts(world, app));
    const server = await world.serve();
    const rounds = quick ? 50 : 500;
    const figures: Record<string, Figures> = {};
    const looks = await looksOf(world, players);
    // What the process and this machine take without the database.
    figures['no leaderboard at all'] = await read(server, { people: [playerOf(0)], path: '/health/live' }, rounds);
    for (const [name, look] of Object.entries(looks)) figures[name] = await read(server, look, rounds);
    await inside(world, async (app) => {
      for (const [name, look] of Object.entries(looks)) Object.assign(figures[name]!, await planned(world, app, look));
      figures.awards = await awards(app, players, quick ? 1_000 : 5_000);
    });
    for (const name of ['the first page, from the middle', 'a deep page', 'among 100 friends'])
      figures[`${name}, after awards`] = await read(server, looks[name]!, rounds);
    figures['a recount of three'] = counted;
    return figures;
  });
}

/** Each of so many people in turn. */
async function read({ url }: Server, { people, path }: Look, rounds: number): Promise<Figures> {
  const tokens = await Promise.all(people.map(tokenOf));
  const latencies: number[] = [];
  for (let round = -20; round < rounds; round += 1) {
    const turn = round + 20;
    const headers = { authorization: `Bearer ${tokens[turn % tokens.length]}`, 'x-forwarded-for': addressOf(turn) };
    const begun = performance.now();
    const answer = await fetch(url + path, { headers });
    await answer.json();
    // The first warm code and caches; not counted.
    if (round >= 0) latencies.push(performance.now() - begun);
    if (!answer.ok) throw new Error(`${path} is answered ${answer.status}`);
  }
  return percentiles(latencies);
}

async function looksOf(world: World, players: number): Promise<Record<string, Look>> {
  const around = async (part: number) => {
    const rows = await world.sql<{ user_id: string }>(
      `SELECT user_id FROM token_scores WHERE period = 'ALL' AND listed AND score > 0 ORDER BY score DESC, user_id DESC
       LIMIT 100 OFFSET ${Math.floor((players * 0.99 - 100) * part)}`,
    );
    return rows.map(({ user_id }) => user_id);
  };
  const [deep] = await world.sql<{ cursor: string }>(
    `SELECT format('global,ALL,%s,%s,%s,%s', rank, position, score, user_id) AS cursor FROM (
       SELECT rank() OVER (ORDER BY score DESC) AS rank, row_number() OVER (ORDER BY score DESC, user_id DESC) AS position, score, user_id
       FROM token_scores WHERE period = 'ALL' AND listed AND score > 0) all_ranked WHERE position = ${Math.floor(players / 2)}`,
  );
  const [top, middle, end] = [await around(0), await around(0.5), await around(1)];
  const befriended = Array.from({ length: WITH_FRIENDS }, (_, index) => playerOf(index));
  const global = '/leaderboard/global';
  return {
    'the first page, from the top': { people: top, path: global },
    'the first page, from the middle': { people: middle, path: global },
    'the first page, from the end': { people: end, path: global },
    'a full page': { people: middle, path: `${global}?limit=100` },
    'a deep page': { people: middle, path: `${global}?cursor=${deep!.cursor}` },
    'of the month': { people: middle, path: `${global}?period=MONTH` },
    'of the week': { people: middle, path: `${global}?period=WEEK` },
    'among 100 friends': { people: befriended, path: '/leaderboard/friends' },
  };
}

type App = Parameters<Parameters<typeof inside>[1]>[0];

/** What the database takes for it, and how many pages of 8 kB it looks at. */
async function planned(world: World, app: App, { people, path }: Look): Promise<Figures> {
  const { ReadLeaderboard } = await built<typeof import('../src/tokens/leaderboard/read-leaderboard.js')>(
    'tokens/leaderboard/read-leaderboard.js',
  );
  const [, circle = '', query = ''] = /leaderboard\/(\w+)\??(.*)/.exec(path) ?? [];
  const { period, limit, cursor } = Object.fromEntries(new URLSearchParams(query));
  const wanted = { period: (period ?? 'ALL') as 'ALL', limit: Number(limit ?? 20), cursor };
  const reader = app.get(ReadLeaderboard);
  const statements = await statementsOf(() =>
    circle === 'friends' ? reader.friends(people[50]!, wanted) : reader.global(people[50]!, wanted),
  );
  let [milliseconds, pages] = [0, 0];
  for (const { text, values } of statements) {
    const explain = (format: string) =>
      world.sql<Record<'QUERY PLAN', unknown>>(`EXPLAIN (ANALYZE, BUFFERS, FORMAT ${format}) ${text}`, values);
    const [row] = await explain('JSON');
    const [plan] = row!['QUERY PLAN'] as [Plan];
    milliseconds += plan['Execution Time'];
    pages += plan.Plan['Shared Hit Blocks'] + plan.Plan['Shared Read Blocks'];
    if (process.env.BENCH_PLANS)
      console.log(path, `\n${(await explain('TEXT')).map((line) => line['QUERY PLAN']).join('\n')}`);
  }
  return { statements: statements.length, 'database ms': rounded(milliseconds, 2), pages };
}

/** Tokens moved to people here and there, so many at once. */
async function awards(app: App, players: number, count: number): Promise<Figures> {
  const { MoveTokens } = await built<typeof import('../src/tokens/account/move-tokens.js')>(
    'tokens/account/move-tokens.js',
  );
  const { inTransaction } =
    await built<typeof import('../src/platform/database/index.js')>('platform/database/index.js');
  const moveTokens = app.get(MoveTokens);
  const latencies: number[] = [];
  let next = 0;
  const client = async () => {
    for (let turn = next++; turn < count; turn = next++) {
      const begun = performance.now();
      const userId = playerOf((turn * 7919) % players);
      const award = {
        userId,
        type: 'AWARD',
        amount: 100n,
        reason: 'Measured',
        sourceEvent: `bench:${turn}`,
        actorId: 'system',
      } as const;
      await inTransaction(() => moveTokens.execute(award));
      latencies.push(performance.now() - begun);
    }
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, client));
  return { ...percentiles(latencies), 'awards/s': rounded((count * 1000) / (performance.now() - begun)) };
}

/** All three leaderboards counted: after they were filled, and some times again. */
async function recounts(world: World, app: App): Promise<Figures> {
  const { CountRanks } = await built<typeof import('../src/tokens/leaderboard/count-ranks.js')>(
    'tokens/leaderboard/count-ranks.js',
  );
  const took: number[] = [];
  for (let turn = 0; turn < 6; turn += 1) {
    await world.sql('DELETE FROM leaderboards');
    const begun = performance.now();
    const counted = await app.get(CountRanks).run();
    if (counted !== 3)
      throw new Error(`${counted} leaderboards were counted: a border was crossed, or there are too few people`);
    took.push(performance.now() - begun);
  }
  const [first, ...again] = took;
  return { ...percentiles(again), 'the first ms': rounded(first ?? 0) };
}
