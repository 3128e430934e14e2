import { jest } from '@jest/globals';
import type { ClassSessionStatus } from '../../src/platform/database/index.js';
import { EventBus } from '../../src/platform/events/index.js';
import { newId } from '../../src/platform/ids/index.js';
import type { TestApp } from './app.js';
import { type Person, person, sql } from './people.js';

/** A branch with one class and somebody who works there. */
export interface TestBranch {
  readonly id: string;
  readonly classId: string;
  readonly teacherId: string;
  readonly staff: Person;
}

/** What is given of a session; minutes are from the test's now. */
interface TestSession {
  readonly status?: ClassSessionStatus;
  readonly startsIn?: number;
  readonly minutes?: number;
  readonly capacity?: number;
  readonly taken?: number;
  readonly teacherId?: string;
}

/** Kampala: three hours ahead of UTC the whole year; prices in shillings, tax at the default rate, which is 0. */
export async function openBranch(app: TestApp): Promise<TestBranch> {
  const [id, centerId, classId] = [newId('branch'), newId('center'), newId('class')];
  const [staff, teacherId] = await Promise.all([person(app, 'STAFF'), teacher(app)]);
  const now = app.clock.now();
  await sql(app.database, 'INSERT INTO centers (id, name, created_at, updated_at) VALUES ($1, $2, $3, $3)', [
    centerId,
    'Nile Academy',
    now,
  ]);
  await sql(
    app.database,
    `INSERT INTO branches (id, center_id, name, country, time_zone, created_at, updated_at)
     VALUES ($1, $2, 'Kampala', 'UG', 'Africa/Kampala', $3, $3)`,
    [id, centerId, now],
  );
  await sql(app.database, 'INSERT INTO branch_staff (branch_id, user_id, created_at) VALUES ($1, $2, $3)', [
    id,
    staff.id,
    now,
  ]);
  await sql(
    app.database,
    `INSERT INTO classes (id, branch_id, name, subject, teacher_id, price, currency, capacity, absentee_policy, no_show_fee,
       duration_minutes,
       created_at, updated_at) VALUES ($1, $2, 'Chess for beginners', 'chess', $3, 5000, 'USD', 10, 'FLEXIBLE', 100, 90, $4, $4)`,
    [classId, id, teacherId, now],
  );
  return { id, classId, teacherId, staff };
}

/** Somebody who may teach; nobody signs in as them. */
export async function teacher(app: TestApp, name = 'Dr. Teacher'): Promise<string> {
  const id = newId('user');
  await sql(
    app.database,
    `INSERT INTO users (id, email, name, roles, created_at, updated_at) VALUES ($1, $2, $3, '{STUDENT,INSTRUCTOR}', $4, $4)`,
    [id, `${id}@example.com`, name, app.clock.now()],
  );
  return id;
}

/** A session as if it had come to its status, of a teacher of its own unless told whose: no test stands in another's way. */
export async function sessionAt(app: TestApp, branch: TestBranch, given: TestSession = {}): Promise<string> {
  const { status = 'SCHEDULED', startsIn = 30, minutes = 60, capacity = 10, taken = 0 } = given;
  const id = newId('classSession');
  const now = app.clock.now();
  await sql(
    app.database,
    `INSERT INTO class_sessions (id, class_id, branch_id, teacher_id, start_time, end_time, status, capacity, taken, price, currency,
       tax_country, absentee_policy, cancel_until, cancel_reason, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 5000, 'USD', 'UG', 'STRICT', $5::timestamptz - interval '2 hours', $10, $11, $11)`,
    [
      id,
      branch.classId,
      branch.id,
      given.teacherId ?? (await teacher(app)),
      new Date(now.getTime() + startsIn * 60_000),
      new Date(now.getTime() + (startsIn + minutes) * 60_000),
      status,
      capacity,
      taken,
      status === 'CANCELED' ? 'Snow' : null,
      now,
    ],
  );
  return id;
}

/** The whole row, as only a test may look. */
export async function rowOf(app: TestApp, sessionId: string): Promise<Record<string, unknown>> {
  const [row] = await sql(app.database, 'SELECT * FROM class_sessions WHERE id = $1', [sessionId]);
  if (!row) throw new Error(`there is no session ${sessionId}`);
  return row;
}

/** What is published from now on, each event as it is wanted. */
export function overhear<T>({ app }: TestApp, as: (event: object) => T): T[] {
  const published: T[] = [];
  const bus = app.get(EventBus);
  const publish = bus.publish.bind(bus);
  jest.spyOn(bus, 'publish').mockImplementation(async (event) => {
    await publish(event);
    published.push(as(event));
  });
  return published;
}

/** What was overheard of some sessions, or of all of them: the name and the content of each. */
export const eventsAbout = (published: object[], sessionIds?: string[]) =>
  published
    .map((event) => [event.constructor.name, { ...(event as { sessionId: string }) }] as const)
    .filter(([, { sessionId }]) => sessionIds?.includes(sessionId) ?? true);
