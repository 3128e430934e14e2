import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { Sandbox } from '../src/sandbox/index.js';
import type { SeatDto } from '../src/seats/seats.dto.js';
import { TestClock } from './support/clock.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { Lessons } from './support/lessons.js';
import { type Person, person, sql } from './support/people.js';
import { freePort } from './support/ports.js';
import { eventually, startProcess, type TestProcess } from './support/process.js';
import { books, expectStatus, startSandboxFor } from './support/school.js';

/*
 * kill -9 while the seats of a session are being settled. The moment is chosen from outside: a lock of ours on one student's wallet lets the
 * job come through some seats and stop at that one.
 */

const SEATS = 12;
const PRICE = 1000;
const TAX = 160;

let database: TestDatabase;
let sandbox: Sandbox;
let settings: Record<string, string>;
let port: number;
let api: TestProcess;
let blocker: pg.Client;
let lessons: Lessons;
let admin: Person;

beforeAll(async () => {
  database = await createTestDatabase();
  port = await freePort();
  ({ sandbox, settings } = await startSandboxFor(`http://127.0.0.1:${port}`));
  blocker = new pg.Client({ connectionString: database.superuserUrl });
  await blocker.connect();
  api = await startProcess(database, port, settings);
  const at = { database, post: api.post };
  admin = await person(at, 'ADMIN');
  lessons = await Lessons.open({
    ...at,
    sql: (text, values) => sql(database, text, values),
    clock: new TestClock(),
    instructor: await person(at, 'INSTRUCTOR'),
  });
}, 60_000);
afterAll(async () => {
  await api.kill();
  await blocker.end();
  await sandbox.close();
  await database.drop();
});
beforeEach(() => blocker.query('BEGIN'));
afterEach(() => blocker.query('ROLLBACK'));

interface Booked {
  readonly sessionId: string;
  readonly seats: string[];
  readonly students: Person[];
}

/** A STRICT session with that many students who have paid in just enough; seats in the order in which the job takes them. */
async function bookedSession(): Promise<Booked> {
  const sessionId = await lessons.session({ startsInHours: 0.5, capacity: SEATS });
  const students = await Promise.all(Array.from({ length: SEATS }, () => lessons.student(PRICE)));
  const seats: string[] = [];
  for (const student of students) seats.push(expectStatus(201, await book(sessionId, student)).id);
  return { sessionId, seats, students };
}

const book = (sessionId: string, { token }: Person, headers?: Record<string, string>) =>
  api.post<SeatDto>('/enrollments/book', { sessionId }, token, headers);
const move = async (what: string, sessionId: string) =>
  expectStatus(200, await api.post(`/sessions/${what}`, { sessionId }, lessons.staff.token));
const hold = (student: Person) =>
  blocker.query(`SELECT 1 FROM ledger_accounts WHERE code = 'liability:wallet:' || $1 FOR NO KEY UPDATE`, [student.id]);
const statuses = async (sessionId: string) =>
  Object.fromEntries(
    (
      await sql<{ status: string; n: number }>(
        database,
        'SELECT status, count(*)::int AS n FROM seats WHERE session_id = $1 GROUP BY status',
        [sessionId],
      )
    ).map(({ status, n }) => [status, n]),
  );
const settled = (sessionId: string) =>
  sql(database, 'SELECT 1 FROM session_settlements WHERE session_id = $1', [sessionId]);
const entries = (seats: string[]) =>
  sql<{ seat: string; kinds: string[] }>(
    database,
    `SELECT object_id AS seat, array_agg(kind ORDER BY id) AS kinds FROM ledger_entries WHERE object_id = ANY ($1)
     GROUP BY object_id ORDER BY object_id`,
    [seats],
  );
const wallets = (students: Person[]) => Promise.all(students.map(({ id }) => lessons.wallet(id)));

/** Kills the process where it stands, lets go, and starts another; answers when that one was ready. */
async function restart(): Promise<number> {
  await api.kill();
  await blocker.query('ROLLBACK');
  api = await startProcess(database, port, settings);
  return Date.now();
}

/** Within five seconds of the restart the session is settled. */
async function expectSettled(sessionId: string, restarted: number): Promise<void> {
  await eventually(
    () => settled(sessionId),
    (rows) => rows.length === 0,
  );
  expect(Date.now() - restarted).toBeLessThan(5_000);
}

describe('killed half-way', () => {
  it('through the captures of an opened check-in: every seat is captured, once, within seconds of the restart', async () => {
    const { sessionId, seats, students } = await bookedSession();
    const before = await books(api, admin);
    // Four at a time: seats 2, 6 and 10 are one after the other.
    await hold(students[6]!);
    await move('check-in', sessionId);
    await eventually(
      () => statuses(sessionId),
      ({ PAID }) => PAID === SEATS - 2,
    );
    const restarted = await restart();
    await expectSettled(sessionId, restarted);

    expect(await statuses(sessionId)).toEqual({ PAID: SEATS });
    expect(await entries(seats)).toEqual(seats.toSorted().map((seat) => ({ seat, kinds: ['seat.captured'] })));
    expect(await wallets(students)).toEqual(students.map(() => ({ balance: 0, held: 0 })));
    const after = await books(api, admin);
    expect(after['liability:tax:de USD']! - (before['liability:tax:de USD'] ?? 0)).toBe(SEATS * TAX);
    expect(after['liability:deferred:sessions USD']! - (before['liability:deferred:sessions USD'] ?? 0)).toBe(
      SEATS * (PRICE - TAX),
    );
  }, 60_000);

  it('through giving back a canceled session: everybody has everything back, once', async () => {
    const { sessionId, seats, students } = await bookedSession();
    await move('check-in', sessionId);
    await eventually(
      () => settled(sessionId),
      (rows) => rows.length === 0,
    );
    await hold(students[5]!);
    await move('cancel', sessionId);
    await eventually(
      () => statuses(sessionId),
      ({ CANCELLED }) => CANCELLED === SEATS - 2,
    );
    const restarted = await restart();
    await expectSettled(sessionId, restarted);

    expect(await statuses(sessionId)).toEqual({ CANCELLED: SEATS });
    const kinds = ['seat.captured', 'seat.given-back'];
    expect(await entries(seats)).toEqual(seats.toSorted().map((seat) => ({ seat, kinds })));
    expect(await wallets(students)).toEqual(students.map(() => ({ balance: PRICE, held: 0 })));
    expect(await lessons.taken(sessionId)).toBe(0);
  }, 60_000);

  it('through a booking: asked again under the same key, it is the one seat that there is', async () => {
    const [student, sessionId] = [await lessons.student(5 * PRICE), await lessons.session()];
    await hold(student);
    const headers = { 'idempotency-key': 'the student presses once' };
    const lost = book(sessionId, student, headers).catch((error: unknown) => error);
    await eventually(
      () =>
        sql<{ n: number }>(
          database,
          `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = $1 AND wait_event_type = 'Lock'`,
          [database.name],
        ),
      ([row]) => row!.n > 0,
    );
    await restart();
    expect(await lost).toMatchObject({ message: 'fetch failed' });
    // The claim of the killed process on the key runs out in seconds.
    const retried = await eventually(
      () => book(sessionId, student, headers),
      ({ status }) => status !== 409,
    );
    expect(retried).toMatchObject({ status: 201, body: { status: 'LOCKED', amount: PRICE } });
    expect(await statuses(sessionId)).toEqual({ LOCKED: 1 });
    expect(await lessons.wallet(student.id)).toEqual({ balance: 5 * PRICE, held: PRICE });
    expect(await lessons.taken(sessionId)).toBe(1);
  }, 60_000);
});
