import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SignJWT } from 'jose';
import pg from 'pg';
import type { BenchOptions, Figures } from './bench.js';

const root = join(import.meta.dirname, '..');
const CLIENTS = 32;
const BUYERS = 300;
const PRICE = 9999;
const JWT_SECRET = 'of-a-measurement-and-of-nothing-else';

interface Outcome {
  seconds: number;
  latencies: number[];
  statuses: Record<string, number>;
}

/** Courses bought from full wallets over HTTP, one request each: everything durable, load, server and database on this machine. */
export async function walletPurchases({ quick }: BenchOptions): Promise<Figures> {
  // The built ones: the sources' imports end in `.js`.
  const { startEmbeddedPostgres } = (await import(
    join(root, 'dist/embedded/postgres.js')
  )) as typeof import('../src/embedded/postgres.js');
  const { migrate } = (await import(
    join(root, 'dist/platform/database/migrate/index.js')
  )) as typeof import('../src/platform/database/migrate/index.js');

  const dataDir = await mkdtemp(join(tmpdir(), 'bursar-bench-'));
  // The database's own user, where this runs as root, must get in.
  await chmod(dataDir, 0o711);
  const postgres = await startEmbeddedPostgres({ dataDir });
  const { ownerUrl, appUrl } = postgres;
  let server: ChildProcess | undefined;
  try {
    await migrate({ ownerUrl, appUrl });
    const perBuyer = quick ? 5 : 20;
    await fill(ownerUrl, perBuyer);
    const port = 3900 + Math.floor(Math.random() * 90);
    server = await startServer(appUrl, port);
    const tokens = await Promise.all(Array.from({ length: BUYERS }, (_, buyer) => tokenOf(buyer)));
    const purchases = Array.from({ length: perBuyer * BUYERS }, (_, index) => ({
      token: tokens[index % BUYERS],
      body: { courseId: `crs_bench_${Math.floor(index / BUYERS)}`, provider: 'WALLET' },
    }));
    // The first thousand warm code and caches and are not counted.
    const warm = Math.min(1000, purchases.length / 3);
    load(port, purchases.slice(0, warm));
    const outcome = load(port, purchases.slice(warm));
    const peak = peakMegabytes(server);
    const yardstick = await pgbench(appUrl, dataDir, quick ? 5 : 10);
    return report(outcome, peak, yardstick);
  } finally {
    if (server) await ended(server);
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function tokenOf(buyer: number): Promise<string> {
  return new SignJWT({})
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(`usr_bench_${buyer}`)
    .setIssuer('bursar')
    .setAudience('bursar-api')
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(JWT_SECRET));
}

/** Buyers with full wallets, one instructor, and a course for each purchase of a buyer. */
async function fill(ownerUrl: string, courses: number): Promise<void> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  try {
    await owner.query(`
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
      GRANT EXECUTE ON FUNCTION bench_sell TO bursar_app`);
    await owner.query('ANALYZE');
  } finally {
    await owner.end();
  }
}

async function startServer(databaseUrl: string, port: number): Promise<ChildProcess> {
  const settings = {
    NODE_ENV: 'production',
    ALLOW_INSECURE_PRODUCTION: 'true',
    ROLE: 'all',
    LOG_LEVEL: 'warn',
    DATABASE_URL: databaseUrl,
    PORT: String(port),
    JWT_SECRET,
    RATE_LIMIT_PER_MINUTE: '100000000',
  };
  const flags = process.env.BENCH_NODE_FLAGS?.split(' ') ?? [];
  const server = spawn(process.execPath, [...flags, join(root, 'dist/main.js')], {
    cwd: root,
    env: { PATH: process.env.PATH, ...settings },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  for (let turn = 0; turn < 300; turn += 1) {
    if (server.exitCode !== null) break;
    if ((await fetch(`http://127.0.0.1:${port}/api/health/ready`).catch(() => undefined))?.ok) return server;
    await sleep(50);
  }
  server.kill();
  throw new Error('the server did not become ready');
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exit = once(server, 'exit');
  server.kill('SIGTERM');
  await exit;
}

function load(port: number, requests: object[]): Outcome {
  const { status, stdout } = spawnSync(process.execPath, [join(import.meta.dirname, 'load.ts')], {
    input: JSON.stringify({ url: `http://127.0.0.1:${port}/api/payments/sessions`, clients: CLIENTS, requests }),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`the load generator ended with ${status}`);
  return JSON.parse(stdout) as Outcome;
}

/** The most memory that the process has had, workers included; 0 where the system does not tell. */
function peakMegabytes({ pid }: ChildProcess): number {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Math.round(Number(kilobytes ?? 0) / 1024);
  } catch {
    return 0;
  }
}

/** The same entry straight into the ledger: what the database alone does a second; undefined without pgbench. */
async function pgbench(url: string, directory: string, seconds: number): Promise<number | undefined> {
  const script = join(directory, 'entry.sql');
  writeFileSync(
    script,
    `\\set buyer random(0, ${BUYERS - 1})
SELECT bench_sell(:buyer);\n`,
  );
  const { pathname, hostname, port, username, password } = new URL(url);
  const { stdout, stderr } = spawnSync(
    'pgbench',
    ['-M', 'prepared', '-n', '-c', String(CLIENTS), '-j', '2', '-T', String(seconds), '-f', script, pathname.slice(1)],
    {
      env: { ...process.env, PGHOST: hostname, PGPORT: port, PGUSER: username, PGPASSWORD: password },
      encoding: 'utf8',
    },
  );
  const [, tps] = /tps = ([\d.]+)/.exec(stdout ?? '') ?? [];
  if (tps === undefined)
    console.error(
      `NO YARDSTICK: pgbench is missing (Debian: apt-get install postgresql-contrib) or failed. ${stderr ?? ''}`,
    );
  return tps === undefined ? undefined : Number(tps);
}

function report({ seconds, latencies, statuses }: Outcome, peak: number, yardstick: number | undefined): Figures {
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (part: number) => rounded(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0);
  const done = statuses['201'] ?? 0;
  const rate = done / seconds;
  return {
    clients: CLIENTS,
    purchases: done,
    errors: latencies.length - done,
    'purchases/s': rounded(rate),
    'p50 ms': at(0.5),
    'p99 ms': at(0.99),
    'max ms': at(1),
    'pgbench entries/s': yardstick === undefined ? 'not measured' : rounded(yardstick),
    'ratio to pgbench': yardstick === undefined ? 'not measured' : Math.round((rate / yardstick) * 1000) / 1000,
    'peak RSS MB': peak,
  };
}

const rounded = (value: number) => Math.round(value * 10) / 10;
