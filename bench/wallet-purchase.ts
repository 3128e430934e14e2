import type { BenchOptions, Figures } from './bench.js';
import { percentiles, rateOf, rounded } from './support/figures.js';
import { addressOf, load, type Outcome } from './support/load.js';
import { pgbench } from './support/pgbench.js';
import { tokenOf } from './support/server.js';
import { inWorld } from './support/world.js';

const CLIENTS = 32;
const BUYERS = 300;
const PRICE = 9999;

/** Courses bought from full wallets over HTTP, one request each: everything durable, load, server and database on this machine. */
export function walletPurchases({ quick }: BenchOptions): Promise<Figures> {
  const perBuyer = quick ? 5 : 20;
  return inWorld(async (world) => {
    await world.sql(fill(perBuyer));
    const server = await world.serve();
    const tokens = await Promise.all(Array.from({ length: BUYERS }, (_, buyer) => tokenOf(`usr_bench_${buyer}`)));
    const purchases = Array.from({ length: perBuyer * BUYERS }, (_, index) => ({
      token: tokens[index % BUYERS]!,
      from: addressOf(index % BUYERS),
      body: { courseId: `crs_bench_${Math.floor(index / BUYERS)}`, provider: 'WALLET' },
    }));
    const bought = { url: `${server.url}/payments/sessions`, pace: { clients: CLIENTS } };
    // The first thousand warm code and caches and are not counted.
    const warm = Math.min(1000, purchases.length / 3);
    await load({ ...bought, requests: purchases.slice(0, warm) });
    const outcome = await load({ ...bought, requests: purchases.slice(warm) });
    const peak = server.peakMegabytes();
    const yardstick = await pgbench(world.appUrl, { script, clients: CLIENTS, seconds: quick ? 5 : 10 });
    return report(outcome, peak, yardstick);
  });
}

/** Buyers with full wallets, one instructor, and a course for each purchase of a buyer. */
const fill = (courses: number) => `
  INSERT INTO users (id, email, name, roles, created_at, updated_at)
  SELECT 'usr_bench_' || n, 'bench-' || n || '@example.com', 'Buyer', '{STUDENT}', now(), now() FROM generate_series(0, ${BUYERS - 1}) n;
  INSERT INTO users (id, email, name, roles, created_at, updated_at)
  VALUES ('usr_bench_teacher', 'teacher@example.com', 'Teacher', '{INSTRUCTOR}', now(), now());
  INSERT INTO courses (id, instructor_id, title, description, category, level, is_premium, price, currency, status, published_at, created_at, updated_at)
  SELECT 'crs_bench_' || n, 'usr_bench_teacher', 'Course', 'A course', 'bench', 'BEGINNER', true, ${PRICE}, 'USD', 'PUBLISHED', now(), now(), now()
  FROM generate_series(0, ${courses - 1}) n;
  SELECT ledger_post('ent_bench_' || n, 'bench.filled', 'bench:' || n, 'bench', 'x', now(), now(), 'system', jsonb_build_array(
    jsonb_build_object('code', 'asset:bank', 'currency', 'USD', 'amount', '1000000000'),
    jsonb_build_object('code', 'liability:wallet:usr_bench_' || n, 'ownerId', 'usr_bench_' || n, 'strict', true, 'floor', 0,
      'currency', 'USD', 'amount', '-1000000000')))
  FROM generate_series(0, ${BUYERS - 1}) n;
  -- pgbench would take every colon in the codes for a variable.
  CREATE FUNCTION bench_sell(buyer integer) RETURNS text LANGUAGE sql AS $$
    SELECT ledger_post(id, 'course.sold', id || ':sold', 'payment', id, now(), now(), 'bench', jsonb_build_array(
      jsonb_build_object('code', 'liability:wallet:usr_bench_' || buyer, 'ownerId', 'usr_bench_' || buyer, 'strict', true, 'floor', 0,
        'currency', 'USD', 'amount', '9999'),
      jsonb_build_object('code', 'liability:earnings-pending:usr_bench_teacher', 'ownerId', 'usr_bench_teacher',
        'currency', 'USD', 'amount', '-6999'),
      jsonb_build_object('code', 'revenue:courses', 'currency', 'USD', 'amount', '-3000')))
    FROM (SELECT 'ent_' || gen_random_uuid() AS id) fresh
  $$;
  GRANT EXECUTE ON FUNCTION bench_sell TO bursar_app;
  ANALYZE`;

/** The same entry straight into the ledger. */
const script = `\\set buyer random(0, ${BUYERS - 1})
SELECT bench_sell(:buyer);
`;

function report(outcome: Outcome, peak: number, yardstick: number | undefined): Figures {
  const done = outcome.statuses['201'] ?? 0;
  const rate = rateOf(outcome);
  return {
    clients: CLIENTS,
    purchases: done,
    errors: outcome.latencies.length - done,
    'purchases/s': rounded(rate),
    ...percentiles(outcome.latencies),
    'pgbench entries/s': yardstick === undefined ? 'not measured' : rounded(yardstick),
    'ratio to pgbench': yardstick === undefined ? 'not measured' : rounded(rate / yardstick, 3),
    'peak RSS MB': peak,
  };
}
