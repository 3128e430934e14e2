import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Sandbox } from '../src/sandbox/index.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { person, sql } from './support/people.js';
import { freePort } from './support/ports.js';
import { eventually, startProcess, type TestProcess } from './support/process.js';
import { beginPurchase, books, expectStatus, publishedCourse, startSandboxFor } from './support/school.js';

let database: TestDatabase;
let sandbox: Sandbox;
let one: TestProcess;
let two: TestProcess;

beforeAll(async () => {
  database = await createTestDatabase();
  const [first, second] = [await freePort(), await freePort()];
  const provider = await startSandboxFor(`http://127.0.0.1:${first}`);
  sandbox = provider.sandbox;
  [one, two] = [
    await startProcess(database, first, provider.settings),
    await startProcess(database, second, provider.settings),
  ];
}, 60_000);
afterAll(async () => {
  await Promise.all([one.kill(), two.kill()]);
  await sandbox.close();
  await database.drop();
});

it('two processes on one database are one system: whatever was begun at one is there at the other', async () => {
  const admin = await person({ database, post: two.post }, 'ADMIN');
  const instructor = await person({ database, post: one.post }, 'INSTRUCTOR');
  const buyers = await Promise.all(
    Array.from({ length: 6 }, (_, index) => person({ database, post: (index % 2 ? one : two).post })),
  );
  const course = await publishedCourse(two, instructor);

  // Begun at one process; webhooks go to the first; looked up at both at once.
  await Promise.all(
    buyers.map(async (buyer, index) => {
      const { stripeId } = await beginPurchase(index % 2 ? one : two, course.id, buyer);
      sandbox.stripe.pay(stripeId);
      const lookUps = [one, two, one, two].map((api) =>
        api.get<{ status: string }>(`/payments/sessions/stripe/${stripeId}`, buyer.token),
      );
      for (const { body } of await Promise.all(lookUps)) expect(body.status).toBe('COMPLETED');
      expectStatus(200, await (index % 2 ? two : one).get(`/enrollments/course/${course.id}`, buyer.token));
    }),
  );

  await eventually(
    () => sql<{ n: number }>(database, 'SELECT enrollment_count AS n FROM courses WHERE id = $1', [course.id]),
    ([row]) => row!.n === buyers.length,
  );
  const booked = await eventually(
    () => books(one, admin),
    (figures) => figures['expense:provider-fees USD'] === 320 * 6,
  );
  expect(booked).toEqual({
    'asset:provider:stripe USD': (9999 - 320) * 6,
    'expense:provider-fees USD': 320 * 6,
    [`liability:earnings-pending:${instructor.id} USD`]: 6999 * 6,
    'revenue:courses USD': 3000 * 6,
  });
  // Every webhook is acted on, none twice.
  const statuses = await eventually(
    () => sql<{ status: string }>(database, 'SELECT DISTINCT status FROM provider_events ORDER BY status'),
    (rows) => !rows.some(({ status }) => status === 'RECEIVED'),
  );
  expect(statuses.map(({ status }) => status)).toEqual(expect.arrayContaining(['PROCESSED']));
});

it('one Idempotency-Key sent to both at once is one session', async () => {
  const instructor = await person({ database, post: one.post }, 'INSTRUCTOR');
  const buyer = await person({ database, post: one.post });
  const course = await publishedCourse(one, instructor);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      (index % 2 ? one : two).post<{ session: { id: string } }>(
        '/payments/sessions',
        { courseId: course.id },
        buyer.token,
        { 'idempotency-key': 'k' },
      ),
    ),
  );
  expect(new Set(answers.map(({ status, body }) => `${status} ${body.session.id}`)).size).toBe(1);
});
