import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SessionDto } from '../src/classes/sessions/sessions.dto.js';
import { openBranch, overhear, rowOf, sessionAt, teacher, type TestBranch } from './support/class-sessions.js';
import { keepBooks } from './support/keep-books.js';
import { type Person, person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';
import { ClassSessionDesk, nextDay } from './support/class-session-desk.js';

/* Extra sessions: made, seen, changed and deleted by those who work at the branch. Moves are tested beside the table of transitions. */

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

const count = async () => (await school.sql<{ n: string }>('SELECT count(*) AS n FROM class_sessions'))[0]!.n;

describe('an extra session', () => {
  it('is as its class has it: length, seats, teacher, price with the tax of the branch, and its deadline', async () => {
    const at = nextDay();
    const session = expectStatus(201, await desk.add({ startTime: at(9) }));
    expect(session).toEqual({
      id: expect.stringMatching(/^ses_/),
      classId: branch.classId,
      className: 'Chess for beginners',
      subject: 'chess',
      branchId: branch.id,
      teacher: { id: branch.teacherId, name: 'Dr. Teacher' },
      startTime: at(9),
      endTime: at(10.5),
      status: 'SCHEDULED',
      capacity: 10,
      taken: 0,
      seatsLeft: 10,
      price: 6000,
      tax: 1000,
      currency: 'USD',
      absenteePolicy: 'FLEXIBLE',
      noShowFee: 100,
      cancelUntil: at(7),
      cancelReason: null,
    });
    expect(await rowOf(school, session.id)).toMatchObject({
      ...{ tax_country: 'UG', tax_rate: 200_000, occurrence: null, detached: false },
    });
  });

  it('or as it is told, by an admin too; an absentee never pays more than the seat', async () => {
    const at = nextDay();
    const teacherId = await teacher(school, 'Ms. Substitute');
    const given = { startTime: at(9), duration: 45, capacity: 3, teacherId, price: 50 };
    expect(await desk.add(given, school.admin)).toMatchObject({
      status: 201,
      body: {
        ...{ endTime: at(9.75), capacity: 3, teacher: { id: teacherId, name: 'Ms. Substitute' }, price: 60, tax: 10 },
        noShowFee: 60,
      },
    });
    expect(await desk.add({ startTime: at(12), endTime: at(12.5), price: 0 })).toMatchObject({
      status: 201,
      body: { endTime: at(12.5), price: 0, tax: 0, noShowFee: 0 },
    });
    expect(await desk.add({ startTime: at(9), endTime: at(33), teacherId: await teacher(school) })).toMatchObject({
      status: 201,
      body: { endTime: at(33) },
    });
  });

  it('asked for twice with one key is one', async () => {
    const at = nextDay();
    const before = Number(await count());
    const ask = () =>
      school.post('/sessions', { classId: branch.classId, startTime: at(9) }, branch.staff.token, {
        'idempotency-key': 'extra',
      });
    const [first, second] = [await ask(), await ask()];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    expect(Number(await count())).toBe(before + 1);
  });

  it('is refused in words, and nothing is made', async () => {
    const at = nextDay();
    const before = await count();
    const refusals: [object, number, string][] = [
      [{ startTime: '2020-01-01T09:00:00Z' }, 400, 'START_IN_PAST'],
      [{ startTime: at(9), endTime: at(9) }, 400, 'SESSION_LENGTH'],
      [{ startTime: at(9), endTime: at(8) }, 400, 'SESSION_LENGTH'],
      [{ startTime: at(9), endTime: at(33).replace('.000', '.001') }, 400, 'SESSION_LENGTH'],
      [{ startTime: at(9), endTime: at(10), duration: 60 }, 400, 'VALIDATION_FAILED'],
      [{ startTime: at(9).replace('Z', '') }, 400, 'VALIDATION_FAILED'],
      [{ startTime: at(9).slice(0, 10) }, 400, 'VALIDATION_FAILED'],
      [{ startTime: 'tomorrow' }, 400, 'VALIDATION_FAILED'],
      [{}, 400, 'VALIDATION_FAILED'],
      [{ startTime: at(9), capacity: 0 }, 400, 'VALIDATION_FAILED'],
      [{ startTime: at(9), duration: 0 }, 400, 'VALIDATION_FAILED'],
      [{ startTime: at(9), price: 0.5 }, 400, 'VALIDATION_FAILED'],
      [{ startTime: at(9), price: -1 }, 400, 'VALIDATION_FAILED'],
      [{ startTime: at(9), status: 'FINISHED' }, 400, 'VALIDATION_FAILED'],
      [{ startTime: at(9), teacherId: school.student.id }, 400, 'UNKNOWN_TEACHER'],
      [{ startTime: at(9), teacherId: 'usr_none' }, 400, 'UNKNOWN_TEACHER'],
      [{ startTime: at(9), classId: 'cls_none' }, 404, 'NOT_FOUND'],
      [{ startTime: at(9), classId: foreign.classId }, 404, 'NOT_FOUND'],
    ];
    for (const [body, status, code] of refusals) {
      const answer = await desk.add(body);
      expect([body, answer.status, answer.body.code]).toEqual([body, status, code]);
    }
    for (const nobody of [school.student, school.instructor])
      expect(await desk.add({ startTime: at(9) }, nobody)).toMatchObject({ status: 403 });
    expect(await count()).toBe(before);
  });
});

describe('a teacher is in one place at a time', () => {
  it('at their other class and branch too; one session may begin as the other ends', async () => {
    const at = nextDay();
    expectStatus(201, await desk.add({ startTime: at(9), endTime: at(10) }));
    const elsewhere = { classId: foreign.classId, teacherId: branch.teacherId };
    for (const [start, end] of [
      [9, 10],
      [9.5, 9.75],
      [8, 9.1],
      [9.9, 12],
      [8, 12],
    ] as const)
      expect(await desk.add({ ...elsewhere, startTime: at(start), endTime: at(end) }, foreign.staff)).toMatchObject({
        status: 409,
        body: {
          code: 'TEACHER_BUSY',
          detail: `The teacher has another session at this time: from ${at(9)} to ${at(10)}`,
        },
      });
    expect(await desk.add({ ...elsewhere, startTime: at(8), endTime: at(9) }, foreign.staff)).toMatchObject({
      status: 201,
    });
    expect(await desk.add({ ...elsewhere, startTime: at(10), endTime: at(11) }, foreign.staff)).toMatchObject({
      status: 201,
    });
  });

  it('of ten that are added at once, one is', async () => {
    const at = nextDay();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => desk.add({ startTime: at(9 + index / 20), endTime: at(10) })),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array<number>(9).fill(409)]);
  });

  it('a canceled session frees them; who taught it may not come back to it while they are busy', async () => {
    const at = nextDay();
    const time = { startTime: at(9), endTime: at(10) };
    const { id } = expectStatus(201, await desk.add(time));
    expectStatus(200, await school.post('/sessions/cancel', { sessionId: id }, branch.staff.token));
    const other = expectStatus(201, await desk.add(time));
    const before = await rowOf(school, id);
    const again = () => school.post(`/sessions/${id}/schedule`, time, branch.staff.token);
    expect(await again()).toMatchObject({ status: 409, body: { code: 'TEACHER_BUSY' } });
    expect(await rowOf(school, id)).toEqual(before);
    expect(await desk.remove(other.id)).toMatchObject({ status: 204 });
    expect(await again()).toMatchObject({ status: 200 });
  });

  it('nor is a session moved, or given, to where they are busy', async () => {
    const at = nextDay();
    expectStatus(201, await desk.add({ startTime: at(9), endTime: at(10) }));
    const later = expectStatus(201, await desk.add({ startTime: at(10), endTime: at(11) }));
    const theirs = expectStatus(
      201,
      await desk.add({ startTime: at(9), endTime: at(10), teacherId: await teacher(school) }),
    );
    published.length = 0;
    expect(await desk.edit(later.id, { startTime: at(9.5) })).toMatchObject({
      status: 409,
      body: { code: 'TEACHER_BUSY' },
    });
    expect(await desk.edit(theirs.id, { teacherId: branch.teacherId })).toMatchObject({
      status: 409,
      body: { code: 'TEACHER_BUSY' },
    });
    expect((await school.get(`/sessions/${later.id}`, branch.staff.token)).body).toEqual(later);
    expect((await school.get(`/sessions/${theirs.id}`, branch.staff.token)).body).toEqual(theirs);
    expect(published).toEqual([]);
  });
});

describe('seeing', () => {
  it('staff list their own branches in order of time, an admin all, with filters and pages', async () => {
    const here = await openBranch(school);
    const both = await person(school, 'STAFF');
    await school.sql('INSERT INTO branch_staff SELECT unnest($1::text[]), $2, now()', [[here.id, branch.id], both.id]);
    const soon = await sessionAt(school, here, { startsIn: 100 });
    const late = await sessionAt(school, here, { startsIn: 300, status: 'CANCELED' });
    const middle = await sessionAt(school, here, { startsIn: 200 });
    const ids = async (query: string, by: Person) => {
      const { data, pagination } = expectStatus(200, await desk.list(query, by));
      return [data.map(({ id }) => id), pagination.total];
    };
    expect(await ids('', here.staff)).toEqual([[soon, middle, late], 3]);
    expect(await ids(`branchId=${here.id}`, school.admin)).toEqual([[soon, middle, late], 3]);
    expect(await ids(`classId=${here.classId}&status=canceled`, both)).toEqual([[late], 1]);
    expect(await ids(`branchId=${here.id}&limit=1&page=2`, both)).toEqual([[middle], 3]);
    const { start_time: start } = (await rowOf(school, middle)) as { start_time: Date };
    expect(await ids(`from=${start.toISOString()}`, here.staff)).toEqual([[middle, late], 2]);
    expect(await ids(`to=${start.toISOString()}`, here.staff)).toEqual([[soon], 1]);
    expect(await ids(`branchId=${branch.id}`, here.staff)).toEqual([[], 0]);
    for (const query of ['status=OPEN', 'from=soon', 'from=0000-01-01T00:00:00Z', 'limit=101', 'teacher=x'])
      expect(await desk.list(query, here.staff)).toMatchObject({ status: 400 });
    for (const nobody of [school.student, school.instructor])
      expect(await desk.list('', nobody)).toMatchObject({ status: 403 });
  });

  it('anybody signed in sees one, without what is only for those who manage it; staff of other branches do not', async () => {
    const id = await sessionAt(school, branch, { status: 'CANCELED', taken: 1 });
    const as = (by?: Person) => school.get<SessionDto>(`/sessions/${id}`, by?.token);
    for (const manager of [branch.staff, school.admin])
      expect(await as(manager)).toMatchObject({ status: 200, body: { taken: 1, cancelReason: 'Snow', seatsLeft: 9 } });
    for (const other of [school.student, school.instructor]) {
      const seen = expectStatus(200, await as(other));
      expect(seen).toMatchObject({ status: 'CANCELED', seatsLeft: 9, teacher: { name: 'Dr. Teacher' } });
      expect(seen).not.toHaveProperty('taken');
      expect(seen).not.toHaveProperty('cancelReason');
    }
    expect(await as(foreign.staff)).toMatchObject({ status: 404 });
    expect(await as()).toMatchObject({ status: 401 });
    expect(await school.get('/sessions/ses_none', school.admin.token)).toMatchObject({ status: 404 });
  });
});
