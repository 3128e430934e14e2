import type { World } from './support/world.js';

const BATCH = 50_000;
/** Of each of those who look among friends. */
export const FRIENDS = 100;
export const WITH_FRIENDS = 200;

export const playerOf = (number: number): string => `usr_${String(number).padStart(9, '0')}_bench`;

/**
 * So many people with scores of all time, of this month and of this week: few have much, and many the same little, as who completes courses at
 * a hundred tokens each has, and a bonus now and then. The first 200 have a hundred friends each.
 */
export async function fillPlayers(world: World, players: number): Promise<void> {
  for (let first = 0; first < players; first += BATCH)
    await world.sql(batch(first, Math.min(first + BATCH, players) - 1));
  await world.sql(`
    INSERT INTO friendships (low_id, high_id, requested_by, created_at, accepted_at)
    SELECT DISTINCT least(one, other), greatest(one, other), one, now(), now()
    FROM generate_series(0, ${WITH_FRIENDS - 1}) n, generate_series(1, ${FRIENDS}) f,
      LATERAL (SELECT ${idOf('n')} AS one, ${idOf(`(${WITH_FRIENDS} + n + f * ${Math.floor((players - 2 * WITH_FRIENDS) / FRIENDS)})`)} AS other) pair`);
  for (const table of ['users', 'token_accounts', 'token_scores', 'friendships'])
    await world.sql(`VACUUM ANALYZE ${table}`);
}

const idOf = (number: string) => `'usr_' || lpad(${number}::text, 9, '0') || '_bench'`;

/** From 0 to 1, the same for the same number. */
const chance = (salt: number) => `((hashint4extended(n, ${salt}) & 1073741823) / 1073741824.0)`;

/** @param courses at most; three of four have completed less than a third of that */
const score = (salt: number, courses: number) =>
  `(100 * (1 + floor(${courses} * power(${chance(salt)}, 4))) + (ARRAY[0, 0, 0, 10, 10, 60, 110, 310])[1 + floor(8 * ${chance(salt + 1)})::int])::bigint`;

const batch = (first: number, last: number) => `
  WITH people AS (SELECT n, ${idOf('n')} AS id FROM generate_series(${first}, ${last}) n), made AS (
    INSERT INTO users (id, email, name, roles, created_at, updated_at)
    SELECT id, 'bench-' || n || '@example.com', 'Player ' || n, '{STUDENT}', now(), now() FROM people
  ), accounts AS (
    INSERT INTO token_accounts (user_id, balance) SELECT id, ${score(1, 400)} FROM people
  )
  INSERT INTO token_scores (period, user_id, score, listed)
  SELECT period, id, CASE kind WHEN 'ALL' THEN ${score(1, 400)} WHEN 'MONTH' THEN ${score(3, 40)} ELSE ${score(5, 12)} END, n % 100 <> 7
  FROM people, (VALUES
    ('ALL', 'ALL'),
    ('MONTH', 'MONTH:' || to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-01')),
    ('WEEK', 'WEEK:' || to_char(date_trunc('week', now() AT TIME ZONE 'UTC'), 'YYYY-MM-DD'))) periods (kind, period)`;
