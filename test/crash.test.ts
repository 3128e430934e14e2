import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { hold, type Sandbox } from '../src/sandbox/index.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { type Person, person, sql } from './support/people.js';
import { freePort } from './support/ports.js';
import { eventually, startProcess, type TestProcess } from './support/process.js';
import { beginPurchase, books, publishedCourse, startSandboxFor } from './support/school.js';

/*
 * kill -9 at the places where it hurts. The moment is chosen from outside: the stand-in holds its answer, or a lock of ours holds the
 * transaction, so that nothing in the application exists for these tests.
 */

let database: TestDatabase;
let sandbox: Sandbox;
let settings: Record<string, string>;
let port: number;
let api: TestProcess;
let blocker: pg.Client;
let people: Record<'admin' | 'instructor' | 'student', Person>;

beforeAll(async () => {
  database = await createTestDatabase();
  port = await freePort();
  ({ sandbox, settings } = await startSandboxFor(`http://127.0.0.1:${port}`));
  blocker = new pg.Client({ connectionString: database.superuserUrl });
  await blocker.connect();
  api = await start();
  const at = { database, post: api.post };
  people = { admin: await person(at, 'ADMIN'), instructor: await person(at, 'INSTRUCTOR'), student: await person(at) };
}, 60_000);
afterAll(async () => {
  await api.kill();
  await blocker.end();
  await sandbox.close();
  await database.drop();
});
beforeEach(() => blocker.query('BEGIN'));
afterEach(() => blocker.query('ROLLBACK'));

const start = () => startProcess(database, port, settings);

/** @returns when it served again; how long it takes to start is not for a machine that runs all tests to say */
async function restart(): Promise<number> {
  await api.kill();
  await blocker.query('ROLLBACK');
  api = await start();
  return Date.now();
}

const payment = async (courseId: string) => {
  const [row] = await sql<{
    id: string;
    status: string;
    session: string;
    session_id: string;
    reference: string | null;
  }>(
    database,
    `SELECT p.id, p.status, p.provider_reference AS reference, s.status AS session, s.id AS session_id
     FROM payments p JOIN payment_sessions s ON s.id = p.session_id WHERE s.item_id = $1`,
    [courseId],
  );
  return row;
};
const entries = async (courseId: string) => {
  const rows = await sql<{ kind: string }>(
    database,
    `SELECT e.kind FROM ledger_entries e JOIN payments p ON p.id = e.object_id JOIN payment_sessions s ON s.id = p.session_id WHERE s.item_id = $1 ORDER BY e.id`,
    [courseId],
  );
  return rows.map(({ kind }) => kind);
};
const enrolled = (courseId: string) =>
  sql(database, 'SELECT user_id FROM enrollments WHERE course_id = $1', [courseId]);
const counted = async (courseId: string) =>
  (await sql<{ n: number }>(database, 'SELECT enrollment_count AS n FROM courses WHERE id = $1', [courseId]))[0]!.n;

/** @returns when it was done, before all that this looks at besides */
async function expectSoldOnce(courseId: string): Promise<number> {
  await eventually(
    () => counted(courseId),
    (count) => count > 0,
  );
  const doneAt = Date.now();
  expect(await payment(courseId)).toMatchObject({ status: 'COMPLETED', session: 'COMPLETED' });
  expect(await enrolled(courseId)).toEqual([{ user_id: people.student.id }]);
  // What the provider kept is booked as well, whenever it tells.
  const kinds = await eventually(
    () => entries(courseId),
    (found) => found.length > 1,
  );
  expect(kinds).toEqual(['course.sold', 'provider.settled']);
  expect(await counted(courseId)).toBe(1);
  await books(api, people.admin);
  return doneAt;
}

describe('killed', () => {
  it('after the provider has done its work and before we heard: the attempt is found again, and there is one', async () => {
    const course = await publishedCourse(api, people.instructor);
    const answer = hold('after');
    sandbox.stripe.intercept({ method: 'POST', path: '/v1/checkout/sessions' }, answer.handler);
    const headers = { 'idempotency-key': 'the buyer presses once' };
    const lost = api
      .post('/payments/sessions', { courseId: course.id }, people.student.token, headers)
      .catch((error: unknown) => error);
    await answer.arrived;
    await api.kill();
    answer.release();
    expect(await lost).toMatchObject({ message: 'fetch failed' });
    expect(await payment(course.id)).toMatchObject({ status: 'PENDING', session: 'PENDING', reference: null });

    const restarted = await restart();
    const found = await eventually(
      () => payment(course.id),
      (row) => row!.reference !== null,
    );
    expect(Date.now() - restarted).toBeLessThan(10_000);

    // The buyer's client retries under its key and is sent on with the very session that was begun.
    const retried = await api.post<{ session: { id: string; providerReference: string }; redirectUrl: string }>(
      '/payments/sessions',
      { courseId: course.id },
      people.student.token,
      headers,
    );
    expect(retried).toMatchObject({
      status: 201,
      body: { session: { id: found!.session_id, providerReference: found!.reference } },
    });
    const created = sandbox.stripe
      .requests()
      .filter(({ method, path }) => method === 'POST' && path === '/v1/checkout/sessions');
    expect(new Set(created.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
    sandbox.stripe.pay(found!.reference!);
    await expectSoldOnce(course.id);
  });

  it('after the webhook is stored and before it is acted on: it is acted on after the restart', async () => {
    const course = await publishedCourse(api, people.instructor);
    const { session, stripeId } = await beginPurchase(api, course.id, people.student);
    await blocker.query('SELECT 1 FROM payment_sessions WHERE id = $1 FOR UPDATE', [session.id]);
    sandbox.stripe.pay(stripeId);
    await sandbox.stripe.webhooksIdle();
    const stored = await sql<{ status: string }>(
      database,
      `SELECT status FROM provider_events WHERE type = 'checkout.session.completed' AND body LIKE $1`,
      [`%${stripeId}%`],
    );
    expect(stored).toEqual([{ status: 'RECEIVED' }]);

    const restarted = await restart();
    expect((await entries(course.id)).filter((kind) => kind === 'course.sold').length).toBeLessThanOrEqual(1);
    expect((await expectSoldOnce(course.id)) - restarted).toBeLessThan(10_000);
  });

  it('between the commit and what follows it: what follows happens after the restart, once', async () => {
    const course = await publishedCourse(api, people.instructor);
    const { stripeId } = await beginPurchase(api, course.id, people.student);
    // The enrollment only shares the course's row; counting it would change the row, and waits.
    await blocker.query('SELECT 1 FROM courses WHERE id = $1 FOR NO KEY UPDATE', [course.id]);
    sandbox.stripe.pay(stripeId);
    await eventually(
      () => payment(course.id),
      (row) => row!.session === 'COMPLETED',
    );
    const outbox = () =>
      sql<{ status: string }>(database, `SELECT status FROM outbox_messages WHERE payload->>'courseId' = $1`, [
        course.id,
      ]);
    expect(await outbox()).toEqual([{ status: 'PENDING' }]);

    const restarted = await restart();
    expect((await expectSoldOnce(course.id)) - restarted).toBeLessThan(10_000);
    expect(await outbox()).toEqual([{ status: 'DONE' }]);
  });

  it('by SIGTERM it ends cleanly', async () => {
    expect([0, null]).toContain(await api.stop());
    api = await start();
  });
});
