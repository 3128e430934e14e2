import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Answer } from './support/app.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { DatabaseLine } from './support/database-line.js';
import { type Person, person, sql } from './support/people.js';
import { freePort } from './support/ports.js';
import { eventually, type LogLine, startProcess, type TestProcess } from './support/process.js';
import { publishedCourse } from './support/school.js';
import { deliver, eventAbout, SECRET } from './support/stripe-webhook.js';

/* The database goes away while a process serves and works. Whoever calls is told to come back, and it goes on by itself. */

let database: TestDatabase;
let line: DatabaseLine;
let api: TestProcess;
let student: Person;
let courseId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  line = new DatabaseLine(database.appUrl);
  await line.mend();
  api = await startProcess(database, await freePort(), {
    DATABASE_URL: line.through,
    LOG_LEVEL: 'info',
    STRIPE_SECRET_KEY: 'sk_test_of_the_tests',
    STRIPE_WEBHOOK_SECRET: SECRET,
    STRIPE_API_URL: 'http://127.0.0.1:1',
  });
  student = await person({ database, post: api.post });
  const instructor = await person({ database, post: api.post }, 'INSTRUCTOR');
  courseId = (await publishedCourse(api, instructor)).id;
}, 60_000);
afterAll(async () => {
  await api.stop();
  await line.cut();
  await database.drop();
});

const ask: Record<string, () => Promise<Answer>> = {
  'whether it is ready': () => api.get('/health/ready'),
  'for a purchase': () => api.post('/payments/sessions', { courseId }, student.token, { 'idempotency-key': 'once' }),
  'for what is on sale': () => api.get('/courses/public'),
  'for what was paid': () => api.get('/payments/history', student.token),
};
const event = eventAbout('payment_intent.succeeded', { id: 'pi_of_another', object: 'payment_intent' });
const ready = () => eventually(ask['whether it is ready']!, ({ status }) => status === 200);

async function expectAllToldToComeBack(...asked: string[]): Promise<void> {
  for (const what of asked) {
    const { status, body, headers } = await ask[what]!();
    expect([what, status, body.code, headers.get('retry-after')]).toEqual([what, 503, 'TRY_AGAIN', '1']);
  }
  expect(await deliver(api, event)).toBe(503);
}

it('while it cannot be reached, every request and webhook is told to come back; then all goes on', async () => {
  await line.cut();
  await expectAllToldToComeBack(...Object.keys(ask));
  await line.mend();
  await ready();
  expect(await deliver(api, event)).toBe(200);
});

const bySweeps = ({ context }: LogLine) => context === 'Sweeps';

it('leaves one line when its sweeps meet the outage and one when they work again, and nothing secret', async () => {
  await eventually(
    async () => api.log().findLast(bySweeps),
    (last) => last?.level !== 50,
  );
  const before = api.log().length;
  const since = () => api.log().slice(before);
  const ofSweeps = () => since().filter(bySweeps);
  await line.cut();
  // Sweeps try every half second, and pg-boss asks every two.
  await eventually(
    async () => since(),
    (lines) => lines.some(({ context }) => context === 'Housekeeping'),
  );
  await sleep(3000);
  expect(ofSweeps()).toEqual([
    expect.objectContaining({
      level: 50,
      reason: expect.stringMatching(/^\w+$/),
      msg: expect.stringContaining('is unavailable'),
    }),
  ]);
  await line.mend();
  await eventually(
    async () => ofSweeps(),
    (lines) => lines.length > 1,
  );
  await sleep(1000);
  expect(ofSweeps().slice(1)).toMatchObject([{ level: 30, msg: expect.stringContaining('available again') }]);
  const ofBoss = since().find(({ context }) => context === 'Housekeeping');
  expect(Object.keys(ofBoss!).toSorted()).toEqual([
    ...['code', 'context', 'hostname', 'level', 'msg', 'pid', 'reason', 'time'],
  ]);
  await ready();
});

it('while its disk is full, whoever writes is told to come back', async () => {
  await sql(
    database,
    `CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;
     CREATE TRIGGER no_room BEFORE INSERT ON payment_sessions FOR EACH STATEMENT EXECUTE FUNCTION no_room();
     CREATE TRIGGER no_room BEFORE INSERT ON provider_events FOR EACH STATEMENT EXECUTE FUNCTION no_room()`,
  );
  await expectAllToldToComeBack('for a purchase');
  await sql(database, 'DROP FUNCTION no_room CASCADE');
});

it('while it takes no writes, the process is not ready', async () => {
  const endOthers = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = 'bursar_app'`;
  await sql(database, `ALTER DATABASE ${database.name} SET default_transaction_read_only = on`);
  await sql(database, endOthers);
  expect(
    (
      await eventually(
        () => api.get('/health/ready'),
        ({ body }) => body.detail === 'The database can only be read',
      )
    ).status,
  ).toBe(503);
  await expectAllToldToComeBack('whether it is ready', 'for a purchase');
  await sql(database, `BEGIN READ WRITE; ALTER DATABASE ${database.name} RESET default_transaction_read_only; COMMIT`);
  await sql(database, endOthers);
  await ready();
});
