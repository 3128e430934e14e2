import { addressOf, type Post } from './support/load.js';
import { tokenOf } from './support/server.js';
import type { World } from './support/world.js';

const STUDENTS = 4000;
const PRICE = 1000;
/** Sessions that bookings are spread over. */
const SPREAD = 100;
const RUSH_SEATS = 500;
const RUSH_STUDENTS = 1000;
/** Hot sessions: one of each measurement over HTTP; pgbench goes on to the next when every student has a seat in one. */
const HOT = 60;

export type Shape = 'hot' | 'spread';

/**
 * Students with full wallets, and sessions one after another, so that a student may sit in all. `api` sessions are booked over HTTP and
 * `db` sessions, of the same shape, by pgbench. Nobody asks twice for the same seat.
 */
export class School {
  private readonly world: World;
  private readonly tokens: readonly string[];
  private rushes = 0;
  private hots = 0;
  private spreads = 0;

  private constructor(world: World, tokens: readonly string[]) {
    this.world = world;
    this.tokens = tokens;
  }

  static async open(world: World): Promise<School> {
    await world.sql(fill);
    const students = Array.from({ length: STUDENTS }, (_, student) => tokenOf(`usr_bench_${student}`));
    return new School(world, await Promise.all(students));
  }

  requests(shape: Shape, count: number): Post[] {
    if (shape === 'hot') {
      if (count > STUDENTS) throw new Error(`a session has at most ${STUDENTS} students`);
      const session = `hot_${this.hots++}`;
      return Array.from({ length: count }, (_, student) => this.request(student, session));
    }
    const first = this.spreads;
    this.spreads += count;
    return Array.from({ length: count }, (_, index) => {
      const turn = first + index;
      return this.request(turn % STUDENTS, `spread_${(turn + Math.floor(turn / STUDENTS)) % SPREAD}`);
    });
  }

  /** More students than seats, each once, for a session that nobody has booked yet. */
  rush(): Post[] {
    const first = this.rushes * RUSH_STUDENTS;
    const session = `rush_${this.rushes++}`;
    return Array.from({ length: RUSH_STUDENTS }, (_, index) => this.request((first + index) % STUDENTS, session));
  }

  /** The same bookings straight into the database, for pgbench. */
  script(shape: Shape): string {
    const session = shape === 'hot' ? `t / ${STUDENTS}` : `(t + t / ${STUDENTS}) % ${SPREAD}`;
    return `SELECT b.* FROM nextval('bench_${shape}') t, seat_book('bkg_${shape}_' || t, 'hld_${shape}_' || t,
      'ses_db_${shape}_' || ${session}, 'usr_bench_' || t % ${STUDENTS}, NULL, now(), false, 'ent_${shape}_' || t, '[]') b;`;
  }

  /** @throws unless seats, holds and counters are exactly what was answered, and every wallet holds the price of its seats */
  async check(booked: number): Promise<void> {
    const [found] = await this.world.sql<Record<string, number>>(census);
    const { yardstick = 0, ...census_ } = found ?? {};
    const seats = booked + yardstick;
    const wanted = { seats, taken: seats, holds: seats, held: seats * PRICE, fullRushes: this.rushes, wrong: 0 };
    if (Object.entries(wanted).some(([name, count]) => census_[name] !== count))
      throw new Error(`booked are ${JSON.stringify(census_)}, and not ${JSON.stringify(wanted)}`);
  }

  private request(student: number, session: string): Post {
    return { token: this.tokens[student]!, from: addressOf(student), body: { sessionId: `ses_api_${session}` } };
  }
}

const fill = `
  INSERT INTO users (id, email, name, roles, created_at, updated_at)
  SELECT 'usr_bench_' || n, 'bench-' || n || '@example.com', 'Student', '{STUDENT}', now(), now() FROM generate_series(0, ${STUDENTS - 1}) n;
  INSERT INTO centers (id, name, created_at, updated_at) VALUES ('ctr_bench', 'Center', now(), now());
  INSERT INTO branches (id, center_id, name, country, time_zone, created_at, updated_at)
  VALUES ('brn_bench', 'ctr_bench', 'Branch', 'DE', 'Europe/Berlin', now(), now());
  INSERT INTO classes (id, branch_id, name, subject, teacher_id, price, currency, capacity, duration_minutes, created_at, updated_at)
  VALUES ('cls_bench', 'brn_bench', 'Algebra', 'Mathematics', 'usr_bench_teacher', ${PRICE}, 'USD', 10, 60, now(), now());
  INSERT INTO class_sessions (id, class_id, branch_id, teacher_id, start_time, end_time, capacity, price, tax, currency, tax_country, tax_rate,
    absentee_policy, cancel_until, created_at, updated_at)
  SELECT 'ses_' || name, 'cls_bench', 'brn_bench', 'usr_bench_teacher', starts, starts + interval '1 hour', capacity, ${PRICE}, 160, 'USD', 'DE',
    190000, 'STRICT', starts, now(), now()
  FROM (
    SELECT name, capacity, now() + interval '30 days' + interval '2 hours' * row_number() OVER () AS starts
    FROM (
      SELECT who || '_hot_' || n AS name, ${STUDENTS} AS capacity FROM generate_series(0, ${HOT - 1}) n, unnest('{api,db}'::text[]) who
      UNION ALL
      SELECT who || '_spread_' || n, ${STUDENTS} FROM generate_series(0, ${SPREAD - 1}) n, unnest('{api,db}'::text[]) who
      UNION ALL
      SELECT 'api_rush_' || n, ${RUSH_SEATS} FROM generate_series(0, 9) n
    ) wanted
  ) timed;
  SELECT ledger_post('ent_bench_' || n, 'bench.filled', 'bench:' || n, 'bench', 'x', now(), now(), 'system', jsonb_build_array(
    jsonb_build_object('code', 'asset:bank', 'currency', 'USD', 'amount', '1000000000'),
    jsonb_build_object('code', 'liability:wallet:usr_bench_' || n, 'ownerId', 'usr_bench_' || n, 'strict', true, 'floor', 0,
      'currency', 'USD', 'amount', '-1000000000')))
  FROM generate_series(0, ${STUDENTS - 1}) n;
  CREATE SEQUENCE bench_hot MINVALUE 0;
  CREATE SEQUENCE bench_spread MINVALUE 0;
  GRANT USAGE ON SEQUENCE bench_hot, bench_spread TO bursar_app;
  ANALYZE`;

const census = `
  SELECT
    (SELECT count(*)::int FROM seats) AS seats,
    (SELECT sum(taken)::int FROM class_sessions) AS taken,
    (SELECT count(*)::int FROM ledger_holds WHERE status = 'OPEN') AS holds,
    (SELECT sum(held)::float8 FROM ledger_accounts) AS held,
    (SELECT count(*)::int FROM class_sessions WHERE id LIKE 'ses_api_rush_%' AND taken = ${RUSH_SEATS}) AS "fullRushes",
    (SELECT count(*)::int FROM class_sessions n
      WHERE taken > capacity OR taken <> (SELECT count(*) FROM seats s WHERE s.session_id = n.id AND s.status = 'LOCKED'))
    + (SELECT count(*)::int FROM seats s LEFT JOIN ledger_holds h ON h.id = s.hold_id LEFT JOIN ledger_accounts a ON a.id = h.account_id
      WHERE h.reference IS DISTINCT FROM s.id OR h.status <> 'OPEN' OR h.amount <> s.amount OR a.owner_id <> s.student_id)
    + (SELECT count(*)::int FROM ledger_accounts a
      WHERE held <> (SELECT coalesce(sum(amount), 0) FROM ledger_holds h WHERE h.account_id = a.id AND h.status = 'OPEN')) AS wrong,
    (SELECT coalesce(sum(last_value + is_called::int), 0)::int
      FROM (SELECT last_value, is_called FROM bench_hot UNION ALL SELECT last_value, is_called FROM bench_spread) turns) AS yardstick`;
