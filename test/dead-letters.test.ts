import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Invariants } from '../src/ledger/index.js';
import type { DeadLetterDto } from '../src/platform/events/dead-letters.dto.js';
import { person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';

/* Events that a subscriber failed to act on for good: seen, and delivered again once the cause is gone. */

const SUBSCRIBER = 'courses.enrollment-count';

let school: School;
beforeAll(async () => {
  school = await openSchool({ JWT_EXPIRES_IN: '86400' });
});
afterAll(async () => {
  expect(await school.app.get(Invariants).check()).toEqual([]);
  await school.close();
});

interface List {
  data: DeadLetterDto[];
  pagination: object;
}
const list = async (query = '') =>
  expectStatus(200, await school.get<List>(`/admin/dead-letters${query}`, school.admin.token));
const ids = ({ data }: List) => data.map(({ id }) => id);
const replay = (id: string, token = school.admin.token) =>
  school.post<{ id: string; code: string }>(`/admin/dead-letters/${id}/replay`, {}, token);
const message = async (id: string) =>
  (await school.sql('SELECT status, attempts, last_error FROM outbox_messages WHERE id = $1', [id]))[0];
const counted = async (courseId: string) =>
  (await school.sql<{ count: number }>('SELECT enrollment_count AS count FROM courses WHERE id = $1', [courseId]))[0]!
    .count;
const audits = (id: string) =>
  school.sql('SELECT actor_id, action, object_type, before, after FROM audit_records WHERE object_id = $1', [id]);

/** Without the pauses between, which are the drainer's own test's business. */
async function try12Times(): Promise<void> {
  for (let attempt = 1; attempt <= 12; attempt += 1) {
    await school.sql(`UPDATE outbox_messages SET available_at = $1 WHERE status = 'PENDING'`, [school.clock.now()]);
    await school.settle();
  }
}

/** Enrolls somebody while the subscriber cannot do its work, until the message is given up. */
async function deadLetter(): Promise<{ id: string; courseId: string; mend(): Promise<unknown> }> {
  const course = await school.course({ isPremium: false, price: 0 });
  const broken = `broken_${course.id}`;
  await school.sql(`ALTER TABLE courses ADD CONSTRAINT ${broken} CHECK (id <> '${course.id}' OR enrollment_count = 0)`);
  const buyer = await person(school);
  expectStatus(201, await school.post('/enrollments', { courseId: course.id }, buyer.token));
  await try12Times();
  const [row] = await school.sql<{ id: string }>(
    `SELECT id FROM outbox_messages WHERE subscriber = $1 AND payload->>'courseId' = $2`,
    [SUBSCRIBER, course.id],
  );
  return { id: row!.id, courseId: course.id, mend: () => school.sql(`ALTER TABLE courses DROP CONSTRAINT ${broken}`) };
}

describe('a message that its subscriber failed to act on twelve times', () => {
  it('is listed with what happened, who failed, and why', async () => {
    const dead = await deadLetter();
    const { data, pagination } = await list();
    expect(data).toEqual([
      {
        id: dead.id,
        eventId: expect.stringMatching(/^evt_/),
        eventName: 'Enrolled',
        subscriber: SUBSCRIBER,
        payload: expect.objectContaining({ courseId: dead.courseId }),
        attempts: 12,
        lastError: expect.stringContaining('broken_'),
        occurredAt: expect.stringMatching(/Z$/),
      },
    ]);
    expect(pagination).toEqual({ page: 1, limit: 20, total: 1, pages: 1 });
    expect(await counted(dead.courseId)).toBe(0);

    // What the cause was is gone; the message waits for a person all the same.
    await dead.mend();
    school.clock.advance(7200);
    await school.settle();
    expect(await message(dead.id)).toMatchObject({ status: 'DEAD', attempts: 12 });

    expect(await replay(dead.id)).toMatchObject({ status: 200, body: { id: dead.id } });
    await school.settle();
    expect(await message(dead.id)).toEqual({ status: 'DONE', attempts: 1, last_error: null });
    expect([await counted(dead.courseId), await list()]).toMatchObject([1, { data: [] }]);
    const what = { subscriber: SUBSCRIBER, eventName: 'Enrolled' };
    expect(await audits(dead.id)).toEqual([
      {
        actor_id: school.admin.id,
        action: 'dead-letter.replayed',
        object_type: 'outbox-message',
        before: { ...what, status: 'DEAD' },
        after: { ...what, status: 'PENDING' },
      },
    ]);
  });

  it('is delivered once, however many replay it at once, and never again after that', async () => {
    const dead = await deadLetter();
    await dead.mend();
    const answers = await Promise.all(Array.from({ length: 8 }, () => replay(dead.id)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array<number>(7).fill(409)]);
    await school.settle();
    expect(await replay(dead.id)).toMatchObject({ status: 409, body: { code: 'NOT_A_DEAD_LETTER' } });
    await school.settle();
    expect([await counted(dead.courseId), (await audits(dead.id)).length]).toEqual([1, 1]);
  });

  it('whose cause is still there is tried twelve times more, and is dead again', async () => {
    const dead = await deadLetter();
    await replay(dead.id);
    await school.settle();
    expect(await message(dead.id)).toMatchObject({ status: 'PENDING', attempts: 1 });
    expect(await list()).toMatchObject({ data: [] });
    await try12Times();
    expect(ids(await list())).toEqual([dead.id]);
    await dead.mend();
    await replay(dead.id);
    await school.settle();
    expect(await counted(dead.courseId)).toBe(1);
  });
});

describe('the list', () => {
  const made = ['msg_1', 'msg_2', 'msg_3'];
  beforeAll(async () => {
    for (const [index, id] of made.entries()) {
      await school.sql(
        `INSERT INTO outbox_messages (id, event_id, event_name, subscriber, payload, occurred_at, status, available_at, attempts)
         VALUES ($1, $2, $3, $4, '{}', $5, 'DEAD', $5, 12)`,
        [id, `evt_${id}`, index === 2 ? 'Gone' : 'Enrolled', index === 0 ? 'old.name' : SUBSCRIBER, school.clock.now()],
      );
    }
  });
  afterAll(() => school.sql('DELETE FROM outbox_messages WHERE id = ANY ($1)', [made]));

  it('comes in pages, newest first', async () => {
    const [first, second] = [await list('?limit=2'), await list('?limit=2&page=2')];
    expect([ids(first), ids(second)]).toEqual([['msg_3', 'msg_2'], ['msg_1']]);
    expect(second.pagination).toEqual({ page: 2, limit: 2, total: 3, pages: 2 });
  });

  it('is filtered by subscriber and by event', async () => {
    expect(ids(await list('?subscriber=old.name'))).toEqual(['msg_1']);
    expect(ids(await list('?eventName=Gone'))).toEqual(['msg_3']);
    expect(ids(await list(`?eventName=Enrolled&subscriber=${SUBSCRIBER}`))).toEqual(['msg_2']);
    expect(await list('?subscriber=nobody')).toMatchObject({ data: [], pagination: { total: 0 } });
  });

  it('is for admins only, and so is the replay', async () => {
    const other = await person(school, 'STAFF', 'INSTRUCTOR', 'ENTERPRISE');
    expect((await school.get('/admin/dead-letters', other.token)).status).toBe(403);
    expect((await replay('msg_1', other.token)).status).toBe(403);
    expect((await school.get('/admin/dead-letters')).status).toBe(401);
    expect(await message('msg_1')).toMatchObject({ status: 'DEAD', attempts: 12 });
  });

  it('refuses what it does not know', async () => {
    expect(await replay('msg_unknown')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    expect((await school.get('/admin/dead-letters?limit=101', school.admin.token)).status).toBe(400);
    expect((await school.get('/admin/dead-letters?colour=red', school.admin.token)).status).toBe(400);
  });

  it('holds no message that still waits or was delivered, nor can one be replayed', async () => {
    await school.sql(`UPDATE outbox_messages SET status = 'PENDING', available_at = $1 WHERE id = 'msg_2'`, [
      school.clock.in(3600),
    ]);
    expect(ids(await list())).toEqual(['msg_3', 'msg_1']);
    expect(await replay('msg_2')).toMatchObject({ status: 409, body: { code: 'NOT_A_DEAD_LETTER' } });
    expect(await message('msg_2')).toMatchObject({ status: 'PENDING', attempts: 12 });
    expect(await audits('msg_2')).toEqual([]);
  });
});
