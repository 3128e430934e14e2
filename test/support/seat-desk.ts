import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { AccessTokens } from '../../src/identity/access/access-tokens.js';
import type { Role } from '../../src/platform/database/index.js';
import { newId } from '../../src/platform/ids/index.js';
import type { SeatDto } from '../../src/seats/seats.dto.js';
import type { Answer } from './app.js';
import type { Lessons } from './lessons.js';
import type { Person } from './people.js';
import { expectStatus, type School } from './school.js';

export type SeatAnswer = Answer<SeatDto & { code: string; detail: string }>;

/** What was written about a seat or a session, and what the wallets and the drawer hold. */
export interface SeatBooks {
  readonly status: string;
  readonly reason: string | null;
  readonly paid: number;
  readonly entries: string[];
}

/** What people do with seats, over HTTP. */
export class SeatDesk {
  constructor(
    private readonly school: School,
    private readonly lessons: Lessons,
  ) {}

  /** So many people with exactly these roles and so much in their wallet: made in two statements, where registering would take minutes. */
  async people(count: number, balance = 1000, roles: Role[] = ['STUDENT']): Promise<Person[]> {
    const now = this.school.clock.now();
    const ids = Array.from({ length: count }, () => newId('user'));
    await this.school.sql(
      `INSERT INTO users (id, email, name, roles, created_at, updated_at)
       SELECT id, id || '@example.com', 'One of many', $2::role[], $3, $3 FROM unnest($1::text[]) AS id`,
      [ids, roles, now],
    );
    if (balance > 0)
      await this.school.sql(
        `SELECT ledger_post(p.entry, 'wallet.opened', 'opening:' || p.id, 'wallet', p.id, $2, $2, 'system', jsonb_build_array(
           jsonb_build_object('code', 'equity:opening', 'currency', 'USD', 'amount', $3::text),
           jsonb_build_object('code', 'liability:wallet:' || p.id, 'currency', 'USD', 'amount', $4::text, 'ownerId', p.id, 'strict', true,
             'floor', 0)))
         FROM jsonb_to_recordset($1) AS p(id text, entry text)`,
        [
          JSON.stringify(ids.map((id) => ({ id, entry: newId('ledgerEntry') }))),
          now,
          String(balance),
          String(-balance),
        ],
      );
    const tokens = this.school.app.get(AccessTokens);
    return Promise.all(ids.map(async (id) => ({ id, email: `${id}@example.com`, token: await tokens.sign(id) })));
  }

  async person(balance = 1000, roles: Role[] = ['STUDENT']): Promise<Person> {
    const [one] = await this.people(1, balance, roles);
    return one!;
  }

  book(sessionId: string, { token }: Person, headers?: Record<string, string>): Promise<SeatAnswer> {
    return this.school.post('/enrollments/book', { sessionId }, token, headers);
  }

  async booked(sessionId: string, student: Person): Promise<SeatDto> {
    return expectStatus(201, await this.book(sessionId, student));
  }

  cash(sessionId: string, { id: studentId }: Person, staff = this.lessons.staff): Promise<SeatAnswer> {
    return this.school.post('/enrollments/register-cash', { sessionId, studentId }, staff.token);
  }

  act(
    { id }: { id: string },
    what: 'cancel' | 'check-in' | 'no-show' | 'charge' | 'release',
    by: Person,
  ): Promise<SeatAnswer> {
    return this.school.post(`/enrollments/${id}/${what}`, {}, by.token);
  }

  move(sessionId: string, what: 'check-in' | 'start' | 'cancel' | 'finish', by = this.lessons.staff): Promise<Answer> {
    return what === 'finish'
      ? this.school.post(`/sessions/${sessionId}/finish`, {}, by.token)
      : this.school.post(`/sessions/${what}`, { sessionId }, by.token);
  }

  /** Moves a session through all of these, one after the other. */
  async moved(sessionId: string, ...moves: ('check-in' | 'start' | 'cancel' | 'finish')[]): Promise<void> {
    for (const what of moves) expectStatus(200, await this.move(sessionId, what));
  }

  edit(sessionId: string, body: object, by = this.lessons.staff): Promise<Answer<{ code: string; detail: string }>> {
    return this.school.request('PUT', `/sessions/${sessionId}`, { body, token: by.token });
  }

  /** A seat as it is kept, and the kinds of the entries about it, oldest first. */
  async read({ id }: { id: string }): Promise<SeatBooks> {
    const [row] = await this.school.sql<SeatBooks>(
      `SELECT status, cancel_reason AS reason, paid_amount::int AS paid, ARRAY(
         SELECT kind FROM ledger_entries WHERE object_type = 'seat' AND object_id = s.id ORDER BY id) AS entries
       FROM seats s WHERE id = $1`,
      [id],
    );
    return row!;
  }

  /** How many seats of a session are in each status. */
  async count(sessionId: string): Promise<Record<string, number>> {
    const rows = await this.school.sql<{ status: string; n: number }>(
      'SELECT status, count(*)::int AS n FROM seats WHERE session_id = $1 GROUP BY status',
      [sessionId],
    );
    return Object.fromEntries(rows.map(({ status, n }) => [status, n]));
  }

  /** Wallets of these people, in their order. */
  async wallets(people: readonly Person[]): Promise<{ balance: number; held: number }[]> {
    const rows = await this.school.sql<{ id: string; balance: number; held: number }>(
      `SELECT p.id, coalesce(balance, 0)::int AS balance, coalesce(held, 0)::int AS held
       FROM unnest($1::text[]) WITH ORDINALITY AS p(id, place) LEFT JOIN ledger_accounts ON code = 'liability:wallet:' || p.id
       ORDER BY place`,
      [people.map(({ id }) => id)],
    );
    return rows.map(({ balance, held }) => ({ balance, held }));
  }

  async drawer(): Promise<number> {
    const [row] = await this.school.sql<{ balance: number }>(
      `SELECT balance::int FROM ledger_accounts WHERE code = 'asset:cash:' || $1`,
      [this.lessons.branchId],
    );
    return row?.balance ?? 0;
  }
}

/**
 * Holds rows of the database as long as a piece of work wants, so that whoever needs them stops there. Not for longer than some seconds: a
 * test that fails in the middle is to fail alone.
 */
export async function holding<T>(
  school: School,
  rows: string,
  values: unknown[],
  work: (letGo: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: school.database.superuserUrl });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('SET idle_in_transaction_session_timeout = 8000');
    await client.query('BEGIN');
    await client.query(rows, values);
    return await work(async () => {
      await client.query('ROLLBACK');
    });
  } finally {
    await client.end();
  }
}

/** Waits until so many statements of the application wait for a lock. */
export async function waiting(school: School, count = 1): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) {
    const [row] = await school.sql<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    if (row!.n >= count) return;
    await sleep(25);
  }
  throw new Error(`fewer than ${count} statements wait for a lock`);
}

/** Does something so many times, a few at a time. */
export async function times<T>(count: number, atOnce: number, work: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let first = 0; first < count; first += atOnce) {
    const length = Math.min(atOnce, count - first);
    results.push(...(await Promise.all(Array.from({ length }, (_, index) => work(first + index)))));
  }
  return results;
}

/** Both at once; every other time the second sets off first. */
export async function both<A, B>(index: number, one: () => Promise<A>, other: () => Promise<B>): Promise<[A, B]> {
  if (index % 2 === 0) return Promise.all([one(), other()]);
  const [second, first] = await Promise.all([other(), one()]);
  return [first, second];
}
