import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from '../src/platform/http/index.js';
import type { SeatDto } from '../src/seats/seats.dto.js';
import { endQuietly } from './support/keep-books.js';
import { Lessons } from './support/lessons.js';
import { person, type Person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';
import { SeatDesk } from './support/seat-desk.js';
import { SeatSteps } from './support/seat-steps.js';

/* Seats in class sessions: given up, given back, and as they are read afterwards. */

let school: School;
let lessons: Lessons;
let desk: SeatDesk;
let steps: SeatSteps;
beforeAll(async () => {
  school = await openSchool({ JWT_EXPIRES_IN: '86400' });
  lessons = await Lessons.open(school);
  desk = new SeatDesk(school, lessons);
  steps = new SeatSteps(school, lessons);
});
afterAll(() => school.close());
endQuietly(() => school);

describe('cancelling', () => {
  it('by the student gives the hold back and the place free, until two hours before', async () => {
    const student = await lessons.student(1000);
    const sessionId = await lessons.session({ startsInHours: 2.5 });
    const seat = await desk.booked(sessionId, student);
    expect(await desk.act(seat, 'cancel', student)).toMatchObject({
      status: 200,
      body: { status: 'CANCELLED', cancelReason: 'STUDENT' },
    });
    expect(await desk.act(seat, 'cancel', student)).toMatchObject({ status: 200 });
    expect(await lessons.wallet(student.id)).toEqual({ balance: 1000, held: 0 });
    expect(await lessons.taken(sessionId)).toBe(0);
    const again = await desk.booked(sessionId, student);
    school.clock.advance(31 * 60);
    expect(await desk.act(again, 'cancel', student)).toMatchObject({
      status: 400,
      body: { detail: 'Cannot cancel less than 2 hours before session' },
    });
    expect(await desk.act(again, 'cancel', lessons.staff)).toMatchObject({ status: 404 });
    expect(await desk.act(again, 'cancel', school.admin)).toMatchObject({
      body: { status: 'CANCELLED', cancelReason: 'ADMIN' },
    });
  });

  it('by the student is possible at the last moment of the window, and not after it', async () => {
    const [one, two] = [await lessons.student(1000), await lessons.student(1000)];
    const sessionId = await lessons.session({ startsInHours: 3 });
    const [first, second] = [await desk.booked(sessionId, one), await desk.booked(sessionId, two)];
    const last = new Date(first.session.startTime).getTime() - 2 * 3_600_000;
    await school.clock.at(new Date(last), async () => {
      expect(await desk.act(first, 'cancel', one)).toMatchObject({ status: 200, body: { status: 'CANCELLED' } });
    });
    await school.clock.at(new Date(last + 1), async () => {
      expect(await desk.act(second, 'cancel', two)).toMatchObject({
        status: 400,
        body: { code: 'TOO_LATE_TO_CANCEL' },
      });
    });
    expect(await steps.seatOf(second)).toMatchObject({ status: 'LOCKED' });
  });

  it('of a seat paid in cash gives the place free and keeps the cash, which is earned when the session was held', async () => {
    const student = await person(school);
    const sessionId = await lessons.session({ startsInHours: 3 });
    const body = { sessionId, studentId: student.id };
    const seat = expectStatus(201, await school.post<SeatDto>('/enrollments/register-cash', body, lessons.staff.token));
    expect(await desk.act(seat, 'cancel', student)).toMatchObject({ body: { status: 'CANCELLED' } });
    expect((await lessons.wallet(student.id)).balance).toBe(0);
    await school.sql(`UPDATE class_sessions SET status = 'CONDUCTING' WHERE id = $1`, [sessionId]);
    expect(await steps.moved(() => steps.finish(sessionId))).toEqual({
      'liability:deferred:sessions': -840,
      'revenue:sessions': 840,
    });
  });

  it('by the center gives everything back, once: holds, what was taken, and cash as wallet credit', async () => {
    const [held, payer, quitter] = [await lessons.student(1000), await person(school), await person(school)];
    const sessionId = await lessons.session();
    await desk.booked(sessionId, held);
    for (const one of [payer, quitter])
      await school.post('/enrollments/register-cash', { sessionId, studentId: one.id }, lessons.staff.token);
    const gained = await steps.moved(() => steps.move(sessionId, 'cancel'));
    expect(gained).toEqual({
      [`liability:wallet:${payer.id}`]: 1000,
      [`liability:wallet:${quitter.id}`]: 1000,
      'liability:tax:de': -320,
      'liability:deferred:sessions': -1680,
    });
    expect(await lessons.wallet(held.id)).toEqual({ balance: 1000, held: 0 });
    expect(await lessons.taken(sessionId)).toBe(0);
    const start = new Date(school.clock.now().getTime() + 86_400_000);
    const times = { startTime: start.toISOString(), endTime: new Date(start.getTime() + 3_600_000).toISOString() };
    expect(
      await steps.moved(async () =>
        expectStatus(200, await school.post(`/sessions/${sessionId}/schedule`, times, lessons.staff.token)),
      ),
    ).toEqual({});
  });

  it('races with check-in: one of the two, and the money with it', async () => {
    for (let times = 0; times < 8; times += 1) {
      const student = await lessons.student(1000);
      const sessionId = await lessons.session({ startsInHours: 0.5 });
      const seat = await desk.booked(sessionId, student);
      const [cancelled] = await Promise.all([
        desk.act(seat, 'cancel', school.admin),
        steps.move(sessionId, 'check-in'),
      ]);
      expect(cancelled.status).toBe(200);
      await school.quiet();
      expect(await steps.seatOf(seat)).toMatchObject({ status: 'CANCELLED' });
      expect(await lessons.wallet(student.id)).toEqual({ balance: 1000, held: 0 });
    }
  });
});

describe('history and calendar', () => {
  it('are searched by session, class and subject, by status too, and sorted by date or status', async () => {
    const student = await lessons.student(2000);
    const [late, early] = [
      await lessons.session({ startsInHours: 420 }),
      await lessons.session({ startsInHours: 410 }),
    ];
    const [first, second] = [await desk.booked(late, student), await desk.booked(early, student)];
    expectStatus(200, await desk.act(second, 'cancel', student));
    const history = async (query: string) => {
      const answer = await school.get<{ data: SeatDto[] }>(`/enrollments/history?${query}`, student.token);
      return expectStatus(200, answer).data.map(({ id }) => id);
    };
    const [newest, oldest] = [
      [first.id, second.id],
      [second.id, first.id],
    ];
    for (const query of [
      '',
      'sort=-date',
      'sort=status',
      `classId=${lessons.classId}`,
      'search=ALGEB',
      'search=mathem',
    ])
      expect([query, await history(query)]).toEqual([query, newest]);
    expect(await history('sort=date')).toEqual(oldest);
    expect(await history('sort=date&limit=1&page=2')).toEqual([first.id]);
    expect(await history('status=CANCELLED')).toEqual([second.id]);
    expect(await history(`sessionId=${late}`)).toEqual([first.id]);
    for (const query of ['search=chemistry', 'classId=cls_none', 'status=NO_SHOW', 'sessionId=ses_none'])
      expect([query, await history(query)]).toEqual([query, []]);
  });

  it('show what the reader may see', async () => {
    const [student, stranger] = [await lessons.student(), await lessons.student()];
    const sessionId = await lessons.session({ startsInHours: 200 });
    const seat = await desk.booked(sessionId, student);
    const history = async ({ token }: Person) =>
      expectStatus(
        200,
        await school.get<{ data: SeatDto[] }>(`/enrollments/history?sessionId=${sessionId}&search=algeb`, token),
      ).data.map(({ id }) => id);
    expect(await history(student)).toEqual([seat.id]);
    expect(await history(lessons.staff)).toEqual([seat.id]);
    expect(await history(school.admin)).toEqual([seat.id]);
    expect(await history(stranger)).toEqual([]);
    expect(await history(await person(school, 'STAFF'))).toEqual([]);
    expect((await school.get(`/enrollments/${seat.id}`, stranger.token)).status).toBe(404);
    expect((await school.get(`/enrollments/${seat.id}`, student.token)).body).toEqual(seat);

    const day = new Date(school.clock.now().getTime() + 200 * 3_600_000).toISOString().slice(0, 10);
    const calendar = expectStatus(
      200,
      await school.get<{ sessions: { id: string; seatsLeft: number; booking: unknown }[] }>(
        `/sessions/calendar?from=${day}&to=${day}&timeZone=UTC&branchId=${lessons.branchId}`,
        student.token,
      ),
    );
    expect(calendar.sessions).toMatchObject([
      { id: sessionId, seatsLeft: 9, booking: { id: seat.id, status: 'LOCKED' } },
    ]);
  });

  it('the list at the door says who is expected, and finds them by their names', async () => {
    const [one, other] = [await lessons.student(), await lessons.student()];
    await school.sql("UPDATE users SET name = CASE id WHEN $1 THEN 'Ada 100%' ELSE 'Grace' END WHERE id IN ($1, $2)", [
      ...[one.id, other.id],
    ]);
    const sessionId = await lessons.session({ startsInHours: 210 });
    for (const student of [one, other]) await desk.booked(sessionId, student);
    const list = async ({ token }: Person, query = '') =>
      expectStatus(
        200,
        await school.get<Page<SeatDto>>(`/enrollments/history?sessionId=${sessionId}&sort=date${query}`, token),
      );
    const ada = { id: one.id, name: 'Ada 100%' };
    const grace = { id: other.id, name: 'Grace' };
    for (const who of [lessons.staff, school.admin]) {
      const { data, pagination } = await list(who);
      expect(data.map(({ student }) => student)).toEqual([ada, grace]);
      expect(pagination).toEqual({ page: 1, limit: 20, total: 2, pages: 1 });
      expect(await list(who, '&limit=1&page=2')).toMatchObject({
        data: [{ student: grace }],
        pagination: { total: 2 },
      });
      const found = await list(who, `&search=${encodeURIComponent('da 100%')}&status=LOCKED`);
      expect(found.data.map(({ student }) => student)).toEqual([ada]);
      expect((await list(who, '&search=%25')).data).toHaveLength(1);
      expect((await list(who, '&status=CANCELLED')).data).toEqual([]);
    }
    const [own, ...more] = (await list(other)).data;
    expect([own?.studentId, own && 'student' in own, more]).toEqual([other.id, false, []]);
    expect((await list(other, '&search=grace')).data).toEqual([]);
  });

  it.each([
    ['from=2027-02-29&to=2027-03-01', 'from'],
    ['from=2027-03-01&to=2027-03-01T10:00:00Z', 'to'],
    ['from=2027-03-02&to=2027-03-01', 'to'],
    ['from=2027-01-01&to=2027-04-04', 'to'],
  ])('a calendar of ?%s is refused', async (query, field) => {
    const { status, body } = await school.get(`/sessions/calendar?${query}`, school.student.token);
    expect([status, body]).toMatchObject([
      400,
      { code: 'VALIDATION_FAILED', detail: `Not valid: ${field}`, errors: [{ pointer: `#/query/${field}` }] },
    ]);
  });
});
