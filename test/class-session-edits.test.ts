import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SessionDto } from '../src/classes/sessions/sessions.dto.js';
import { newId } from '../src/platform/ids/index.js';
import { openBranch, overhear, rowOf, sessionAt, teacher, type TestBranch } from './support/class-sessions.js';
import { keepBooks } from './support/keep-books.js';
import { expectStatus, openSchool, type School } from './support/school.js';
import { ClassSessionDesk, nextDay } from './support/class-session-desk.js';

/* Sessions are changed and deleted by those who work at the branch, for themselves or with all that follow. */

let school: School;
let branch: TestBranch;
let desk: ClassSessionDesk;
let foreign: TestBranch;
let published: [name: string, sessionId: string][];

beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400', DEFAULT_TAX_RATE: '20' });
  [branch, foreign] = await Promise.all([openBranch(school), openBranch(school)]);
  published = overhear(school, (event) => [event.constructor.name, (event as { sessionId: string }).sessionId]);
  desk = new ClassSessionDesk(school, branch);
}, 120_000);
beforeEach(() => {
  published.length = 0;
});
afterEach(async () => {
  // Here seats are no more than a figure: nobody has booked any.
  await school.sql('UPDATE class_sessions SET taken = 0 WHERE taken > 0');
});
keepBooks(() => school);
afterAll(() => school.close());

describe('an edit', () => {
  it('moves a session, its deadline with it, and tells of it; the end comes along', async () => {
    const at = nextDay();
    const { id } = expectStatus(201, await desk.add({ startTime: at(9), endTime: at(10) }));
    expect(await desk.edit(id, { startTime: at(13) })).toMatchObject({
      status: 200,
      body: { startTime: at(13), endTime: at(14), cancelUntil: at(11), capacity: 10 },
    });
    expect(await rowOf(school, id)).toMatchObject({ detached: true });
    expect(await desk.edit(id, { endTime: at(15) })).toMatchObject({
      status: 200,
      body: { startTime: at(13), endTime: at(15) },
    });
    expect(published).toEqual([
      ['SessionRescheduled', id],
      ['SessionRescheduled', id],
    ]);
  });

  it('tells of more seats, not of fewer, nor of what stays as it is', async () => {
    const at = nextDay();
    const { id } = expectStatus(201, await desk.add({ startTime: at(9), endTime: at(10) }));
    const teacherId = await teacher(school, 'Mr. Stand-in');
    expect(await desk.edit(id, { capacity: 8, startTime: at(9) })).toMatchObject({
      status: 200,
      body: { capacity: 8 },
    });
    expect(await desk.edit(id, { teacherId }, school.admin)).toMatchObject({
      status: 200,
      body: { teacher: { name: 'Mr. Stand-in' } },
    });
    expect(published).toEqual([]);
    expect(await desk.edit(id, { capacity: 9 })).toMatchObject({
      status: 200,
      body: { capacity: 9, seatsLeft: 9 },
    });
    expect(published).toEqual([['SessionCapacityChanged', id]]);
  });

  it('never takes seats away from those who have them', async () => {
    const id = await sessionAt(school, branch, { capacity: 10, taken: 4 });
    expect(await desk.edit(id, { capacity: 3 })).toMatchObject({
      status: 400,
      body: { code: 'CAPACITY_BELOW_TAKEN', detail: '4 seats are taken: the capacity cannot be 3' },
    });
    expect(await rowOf(school, id)).toMatchObject({ capacity: 10, detached: false });
    expect(await desk.edit(id, { capacity: 4 })).toMatchObject({
      status: 200,
      body: { capacity: 4, taken: 4, seatsLeft: 0 },
    });
  });

  it('of capacity at the same time as bookings leaves as many seats as are taken', async () => {
    const id = await sessionAt(school, branch, { capacity: 20, taken: 0 });
    const book = 'UPDATE class_sessions SET taken = taken + 1 WHERE id = $1 AND taken < capacity';
    const [answer] = await Promise.all([
      desk.edit(id, { capacity: 5 }),
      ...Array.from({ length: 10 }, () => school.sql(book, [id])),
    ]);
    const { capacity, taken } = (await rowOf(school, id)) as { capacity: number; taken: number };
    expect([capacity, taken]).toEqual(answer.status === 200 ? [5, 5] : [20, 10]);
  });

  it('of two at the same time, both are done and each is told of once', async () => {
    const at = nextDay();
    const { id } = expectStatus(201, await desk.add({ startTime: at(9), endTime: at(10) }));
    const answers = await Promise.all([
      desk.edit(id, { startTime: at(15) }),
      desk.edit(id, { capacity: 11 }, school.admin),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect((await school.get(`/sessions/${id}`, school.admin.token)).body).toMatchObject({
      ...{ startTime: at(15), endTime: at(16), capacity: 11 },
    });
    expect(published.toSorted()).toEqual([
      ['SessionCapacityChanged', id],
      ['SessionRescheduled', id],
    ]);
  });

  it('is for scheduled sessions only', async () => {
    for (const status of ['CHECKING_IN', 'CONDUCTING', 'FINISHED', 'CANCELED', 'MISSED'] as const) {
      const id = await sessionAt(school, branch, { status });
      const before = await rowOf(school, id);
      for (const scope of ['one', 'following'])
        expect(await desk.edit(id, { capacity: 11, scope })).toMatchObject({
          status: 409,
          body: {
            code: 'SESSION_NOT_SCHEDULED',
            detail: `Only a scheduled session can be changed; this one is ${status}`,
          },
        });
      expect(await rowOf(school, id)).toEqual(before);
    }
  });

  it('is refused in words', async () => {
    const at = nextDay();
    const { id } = expectStatus(201, await desk.add({ startTime: at(9), endTime: at(10) }));
    const before = await rowOf(school, id);
    const refusals: [object, string][] = [
      [{ startTime: '2020-01-01T09:00:00Z' }, 'START_IN_PAST'],
      [{ endTime: at(9) }, 'SESSION_LENGTH'],
      [{ endTime: at(34) }, 'SESSION_LENGTH'],
      [{ scope: 'following', endTime: at(8) }, 'SESSION_LENGTH'],
      [{ scope: 'following', capacity: 11 }, 'SESSION_NOT_OF_A_SERIES'],
      [{ teacherId: school.student.id }, 'UNKNOWN_TEACHER'],
      [{ capacity: 0 }, 'VALIDATION_FAILED'],
      [{ capacity: null }, 'VALIDATION_FAILED'],
      [{ scope: 'all' }, 'VALIDATION_FAILED'],
      [{ price: 1 }, 'VALIDATION_FAILED'],
    ];
    for (const [body, code] of refusals) {
      const answer = await desk.edit(id, body);
      expect([body, answer.status, answer.body.code]).toEqual([body, 400, code]);
    }
    expect(await rowOf(school, id)).toEqual(before);
  });

  it('with all that follow it goes to the whole rest of the series', async () => {
    const body = {
      ...{ branchId: branch.id, name: 'Go', subject: 'go', price: 1000, currency: 'USD', capacity: 4 },
      ...{ durationMinutes: 60, recurrenceRule: 'FREQ=WEEKLY;COUNT=3', teacherId: await teacher(school) },
      startsAt: new Date(school.clock.now().getTime() + 3 * 86_400_000).toISOString().slice(0, 11) + '09:00',
    };
    const { id: classId } = expectStatus(201, await school.post<{ id: string }>('/classes', body, school.admin.token));
    await school.settle();
    const sessions = async () => (await desk.list(`classId=${classId}`, branch.staff)).body.data;
    const [first, second] = await sessions();
    const endTime = new Date(new Date(second!.startTime).getTime() + 7_200_000).toISOString();
    expect(await desk.edit(second!.id, { scope: 'following', capacity: 6, endTime })).toMatchObject({
      status: 200,
      body: { id: second!.id, capacity: 6, endTime },
    });
    const hours = ({ startTime, endTime: end }: SessionDto) =>
      (new Date(end).getTime() - new Date(startTime).getTime()) / 3600_000;
    expect((await sessions()).map((one) => [one.capacity, hours(one)])).toEqual([
      [4, 1],
      [6, 2],
      [6, 2],
    ]);
    expect(await rowOf(school, first!.id)).toMatchObject({ detached: false });
  });
});

describe('deleting', () => {
  it('removes a session that nobody ever booked, once', async () => {
    const id = await sessionAt(school, branch);
    expect(await desk.remove(id, foreign.staff)).toMatchObject({ status: 404 });
    expect(await desk.remove(id, school.student)).toMatchObject({ status: 403 });
    expect(await desk.remove(id)).toMatchObject({ status: 204 });
    expect(await desk.remove(id)).toMatchObject({ status: 404 });
  });

  it('leaves one that somebody booked, even if they gave it back', async () => {
    const id = await sessionAt(school, branch);
    await school.sql(
      `INSERT INTO seats (id, session_id, student_id, start_time, end_time, status, payment_method, amount, currency, booked_by,
         created_at, updated_at)
       SELECT $2, id, $3, start_time, end_time, 'CANCELLED', 'WALLET', 0, 'USD', $3, created_at, created_at
       FROM class_sessions WHERE id = $1`,
      [id, newId('seat'), school.student.id],
    );
    expect(await desk.remove(id)).toMatchObject({
      status: 409,
      body: { code: 'SESSION_HAS_SEATS', detail: 'Seats of this session have been booked: cancel it instead' },
    });
    expect(await rowOf(school, id)).toMatchObject({ status: 'SCHEDULED' });
  });
});
