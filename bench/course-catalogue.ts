import type { World } from './support/world.js';

const BATCH = 20_000;
const TEACHERS = 1_000;

/** In six of ten titles. */
export const COMMON_WORD = 'complete';
/** In one description of a hundred. */
export const SELDOM_WORD = 'harvest';
/** In one of ten thousand. */
export const RARE_WORD = 'quokka';

/**
 * A marketplace: courses in 24 categories by a thousand teachers, three of ten for nothing, some priced in several currencies, with texts of
 * some sixty words, most of them reviewed, one of ten never published or taken off sale.
 */
export async function fillCatalogue(world: World, courses: number): Promise<void> {
  await world.sql(teachers);
  for (let first = 0; first < courses; first += BATCH)
    await world.sql(batch(first, Math.min(first + BATCH, courses) - 1));
  await world.sql('VACUUM ANALYZE courses');
  await world.sql('VACUUM ANALYZE course_prices');
  await world.sql('ANALYZE users');
}

const teachers = `
  INSERT INTO users (id, email, name, roles, created_at, updated_at)
  SELECT 'usr_bench_' || n, 'bench-' || n || '@example.com', 'Teacher ' || n, '{STUDENT,INSTRUCTOR}', now(), now()
  FROM generate_series(0, ${TEACHERS - 1}) n`;

/** The same for the same number, whoever generates it: chance is a hash. */
const chance = (salt: string, of: number) =>
  `((hashint4extended(n, ${salt.length * 7919 + salt.charCodeAt(0)}) & 1073741823) % ${of})`;

const batch = (first: number, last: number) => `
  WITH numbers AS (
    SELECT n, ${chance('premium', 10)} >= 3 AS is_premium, ${chance('state', 100)} AS state, ${chance('currency', 10)} AS money,
      ${chance('reviews', 400)}::int AS reviews, 3 + ${chance('stars', 3)}::int AS stars
    FROM generate_series(${first}, ${last}) n
  ), made AS (
    INSERT INTO courses (id, instructor_id, title, description, short_description, category, level, duration, is_premium, price, currency, status,
      enrollment_count, rating_count, rating_sum, rating, published_at, created_at, updated_at)
    SELECT 'crs_' || lpad(n::text, 9, '0') || '_bench', 'usr_bench_' || ${chance('teacher', TEACHERS)},
      initcap(CASE WHEN ${chance('common', 10)} < 6 THEN '${COMMON_WORD} ' ELSE 'new ' END || 'topic' || ${chance('topic', 400)} || ' for subject'
        || ${chance('subject', 90)} || ' ' || n),
      (SELECT string_agg('word' || floor(3000 * power((hashint4extended(n, w) & 1048575) / 1048576.0, 3)), ' ') FROM generate_series(1, 60) w)
        || CASE WHEN n % 100 = 7 THEN ' ${SELDOM_WORD}' ELSE '' END || CASE WHEN n % 10000 = 11 THEN ' ${RARE_WORD}' ELSE '' END,
      'What it is about, in one or two sentences.', 'category-' || floor(24 * power((hashint4extended(n, 5) & 1048575) / 1048576.0, 2)),
      (enum_range(NULL::course_level))[1 + ${chance('level', 4)}], 10 + ${chance('length', 900)}, is_premium,
      CASE WHEN is_premium THEN 500 + 100 * ${chance('price', 300)} ELSE 0 END, CASE WHEN money < 7 THEN 'USD' WHEN money < 9 THEN 'EUR' ELSE 'KES' END,
      (CASE WHEN state < 90 THEN 'PUBLISHED' WHEN state < 97 THEN 'DRAFT' ELSE 'ARCHIVED' END)::course_status,
      floor(20000 * power((hashint4extended(n, 6) & 1048575) / 1048576.0, 6)), reviews, reviews * stars, CASE WHEN reviews > 0 THEN 100 * stars ELSE 0 END,
      CASE WHEN state < 90 OR state >= 97 THEN at END, at, at
    FROM numbers, LATERAL (SELECT timestamptz '2026-01-01' - interval '1 minute' * ${chance('published', 1_500_000)} AS at) moment
    RETURNING id, is_premium, currency
  )
  INSERT INTO course_prices (course_id, currency, amount)
  SELECT id, other, 700 + length(id) FROM made, unnest('{USD,EUR,GBP}'::text[]) other
  WHERE is_premium AND other <> currency AND hashtext(id) % 3 = 0`;
