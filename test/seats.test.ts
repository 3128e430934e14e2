import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from '../src/platform/http/index.js';
import type { SeatDto } from '../src/seats/seats.dto.js';
import { endQuietly } from './support/keep-books.js';
import { Lessons } from './support/lessons.js';
import { person, type Person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';

/* Seats in class sessions: booked from the wallet or paid at the door, attended or not, by each policy, cancelled and given back. */

let school: School;
let lessons: Lessons;
beforeAll(async () => {
  school = await openSchool({ JWT_EXPIRES_IN: '86400' });
  lessons = await Lessons.open(school);
});
afterAll(() => school.close());
endQuietly(() => school);

const book = (sessionId: string, { token }: Person, headers?: Record<string, string>) =>
  school.post<SeatDto & { code: string; detail: string }>('/enrollments/book', { sessionId }, token, headers);
const booked = async (sessionId: string, student: Person) => expectStatus(201, await book(sessionId, student));
const act = (seat: { id: string }, what: string, { token }: Person) =>
  school.post<SeatDto & { code: string; detail: string }>(`/enrollments/${seat.id}/${what}`, {}, token);
const move = async (sessionId: string, what: string) => {
  expectStatus(200, await school.post(`/sessions/${what}`, { sessionId }, lessons.staff.token));
  await school.quiet();
};
const finish = async (sessionId: string) => {
  expectStatus(200, await school.post(`/sessions/${sessionId}/finish`, {}, lessons.staff.token));
  await school.quiet();
};
const seatOf = async ({ id }: { id: string }) =>
  expectStatus(200, await school.get<SeatDto>(`/enrollments/${id}`, school.admin.token));
const entries = async ({ id }: { id: string }) =>
  (await school.sql<{ kind: string }>('SELECT kind FROM ledger_entries WHERE object_id = $1 ORDER BY id', [id])).map(
    ({ kind }) => kind,
  );
/** What the wallet, the tax office, what is deferred and what is earned have gained by the work. */
async function moved(work: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = await school.books();
  await work();
  await school.quiet();
  const after = await school.books();
  const codes = new Set([...Object.keys(before), ...Object.keys(after)]);
  return Object.fromEntries(
    [...codes]
      .map((code) => [code.replace(' USD', ''), (after[code] ?? 0) - (before[code] ?? 0)] as const)
      .filter(([, by]) => by !== 0),
  );
}

describe('booking', () => {
  it('holds the price in the wallet and takes a seat', async () => {
    const student = await lessons.student(1500);
    const sessionId = await lessons.session();
    const seat = await booked(sessionId, student);
    expect(seat).toMatchObject({ status: 'LOCKED', paymentMethod: 'WALLET', amount: 1000, tax: 160, paidAmount: 0 });
    expect(await lessons.wallet(student.id)).toEqual({ balance: 1500, held: 1000 });
    expect(await lessons.taken(sessionId)).toBe(1);
    expect(await entries(seat)).toEqual([]);
  });

  it('twice answers in the words of the guide; the same request again answers the same', async () => {
    const student = await lessons.student();
    const sessionId = await lessons.session();
    const headers = { 'idempotency-key': 'book-once' };
    const first = expectStatus(201, await book(sessionId, student, headers));
    expect((await book(sessionId, student, headers)).body).toEqual(first);
    expect(await book(sessionId, student)).toMatchObject({
      status: 400,
      body: { detail: 'Student already enrolled in this session' },
    });
    expect(await lessons.taken(sessionId)).toBe(1);
  });

  it('without the money is refused in the words of the guide, and nothing is held', async () => {
    const sessionId = await lessons.session();
    for (const student of [await lessons.student(0), await lessons.student(999)]) {
      expect(await book(sessionId, student)).toMatchObject({
        status: 400,
        body: { detail: 'Insufficient package credits or wallet balance' },
      });
      expect((await lessons.wallet(student.id)).held).toBe(0);
    }
    expect(await lessons.taken(sessionId)).toBe(0);
  });

  it('of two sessions that overlap is refused; one that begins when the other ends is not', async () => {
    const student = await lessons.student();
    await booked(await lessons.session({ startsInHours: 30 }), student);
    expect(await book(await lessons.session({ startsInHours: 30.5 }), student)).toMatchObject({
      status: 400,
      body: { code: 'SESSIONS_OVERLAP' },
    });
    expect((await book(await lessons.session({ startsInHours: 31 }), student)).status).toBe(201);
  });

  it('is over when the session begins, checks in, or is full', async () => {
    const student = await lessons.student();
    for (const terms of [{ startsInHours: -0.1 }, { status: 'CHECKING_IN' as const }])
      expect(await book(await lessons.session(terms), student)).toMatchObject({ body: { code: 'SESSION_CLOSED' } });
    const next = await lessons.session({ startsInHours: 1 });
    const { startTime } = (await school.get<{ startTime: string }>(`/sessions/${next}`, student.token)).body;
    const atTheStart = await school.clock.at(startTime, () => book(next, student));
    expect(atTheStart).toMatchObject({ body: { code: 'SESSION_CLOSED' } });
    const full = await lessons.session({ capacity: 1 });
    await booked(full, await lessons.student());
    expect(await book(full, student)).toMatchObject({ status: 409, body: { code: 'SESSION_FULL' } });
    expect(await book('ses_unknown', student)).toMatchObject({ status: 404 });
  });

  it('of a free session is paid at once', async () => {
    const student = await lessons.student(0);
    const seat = await booked(await lessons.session({ price: 0, tax: 0 }), student);
    expect(seat).toMatchObject({ status: 'PAID', amount: 0 });
  });

  it('by 40 at once for 10 seats gives 10, and by one for two overlapping sessions gives one', async () => {
    const sessionId = await lessons.session({ capacity: 10 });
    const students = await Promise.all(Array.from({ length: 40 }, () => lessons.student(1000)));
    const answers = await Promise.all(students.map((student) => book(sessionId, student)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([
      ...Array<number>(10).fill(201),
      ...Array<number>(30).fill(409),
    ]);
    expect(await lessons.taken(sessionId)).toBe(10);

    const [one, other] = [await lessons.session({ startsInHours: 72 }), await lessons.session({ startsInHours: 72.5 })];
    for (let times = 0; times < 10; times += 1) {
      const student = await lessons.student(5000);
      const both = await Promise.all([book(one, student), book(other, student)]);
      expect(both.filter(({ status }) => status === 201)).toHaveLength(1);
      expect((await lessons.wallet(student.id)).held).toBe(1000);
    }
  });
});

describe('cash at the door', () => {
  const cash = (body: object, { token }: Person) =>
    school.post<SeatDto & { code: string }>('/enrollments/register-cash', body, token);

  it("goes into the branch's drawer and pays the seat", async () => {
    const student = await person(school);
    const sessionId = await lessons.session();
    const gained = await moved(() => cash({ sessionId, studentId: student.id }, lessons.staff));
    expect(gained).toEqual({
      [`asset:cash:${lessons.branchId}`]: 1000,
      'liability:tax:de': 160,
      'liability:deferred:sessions': 840,
    });
    const [seat] = await school.sql<{ id: string }>('SELECT id FROM seats WHERE student_id = $1', [student.id]);
    expect(await seatOf(seat!)).toMatchObject({ status: 'PAID', paymentMethod: 'CASH', paidAmount: 1000 });
    expect((await cash({ sessionId, studentId: student.id }, lessons.staff)).body.code).toBe(
      'ALREADY_ENROLLED_IN_SESSION',
    );
  });

  it('is for staff of the branch alone, not for an admin', async () => {
    const sessionId = await lessons.session();
    const body = { sessionId, studentId: school.student.id };
    expect((await cash(body, await person(school, 'STAFF'))).status).toBe(404);
    expect((await cash(body, school.admin)).status).toBe(403);
    expect((await cash(body, school.student)).status).toBe(403);
    expect((await cash({ sessionId, studentId: 'usr_unknown' }, lessons.staff)).body.code).toBe('NOT_A_STUDENT');
    expect(await lessons.taken(sessionId)).toBe(0);
  });

  it('is taken from a student by the address that they tell, or by their id', async () => {
    const [sessionId, { id, email }] = [await lessons.session(), await person(school)];
    const by = lessons.staff;
    const told = async (body: object, who = by) => {
      const answer = await cash({ sessionId, ...body }, who);
      return [answer.status, answer.body.code];
    };
    expect(await told({ studentEmail: 'nobody@example.com' })).toEqual([404, 'NOT_FOUND']);
    const teacher = await person(school);
    await school.sql("UPDATE users SET roles = '{INSTRUCTOR}' WHERE id = $1", [teacher.id]);
    expect(await told({ studentEmail: teacher.email })).toEqual([400, 'NOT_A_STUDENT']);
    expect(await told({ studentEmail: email }, await person(school, 'STAFF'))).toEqual([404, 'NOT_FOUND']);
    expect(await told({})).toEqual([400, 'VALIDATION_FAILED']);
    expect(await told({ studentId: id, studentEmail: email })).toEqual([400, 'VALIDATION_FAILED']);
    expect(await lessons.taken(sessionId)).toBe(0);
    expect((await cash({ sessionId, studentEmail: email.toUpperCase() }, by)).body).toMatchObject({
      ...{ studentId: id, student: { id }, status: 'PAID', paymentMethod: 'CASH' },
    });
    expect(await told({ studentId: id })).toEqual([400, 'ALREADY_ENROLLED_IN_SESSION']);
  });
});

describe('a held seat is paid', () => {
  it('STRICT: when check-in opens; who does not come is a no-show whose revenue stays', async () => {
    const student = await lessons.student(1000);
    const sessionId = await lessons.session({ startsInHours: 0.5 });
    const seat = await booked(sessionId, student);
    await move(sessionId, 'check-in');
    expect(await seatOf(seat)).toMatchObject({ status: 'PAID', paidAmount: 1000 });
    expect(await lessons.wallet(student.id)).toEqual({ balance: 0, held: 0 });
    await move(sessionId, 'start');
    const earned = await moved(() => finish(sessionId));
    expect(earned).toEqual({ 'liability:deferred:sessions': -840, 'revenue:sessions': 840 });
    expect(await seatOf(seat)).toMatchObject({ status: 'NO_SHOW', paidAmount: 1000 });
    expect(await entries(seat)).toEqual(['seat.captured', 'seat.delivered']);
  });

  it('FLEXIBLE: when its student checks in; the others are released less the fee', async () => {
    const [here, absent] = [await lessons.student(1000), await lessons.student(1000)];
    const sessionId = await lessons.session({ startsInHours: 0.5, policy: 'FLEXIBLE', noShowFee: 250 });
    const [seat, empty] = [await booked(sessionId, here), await booked(sessionId, absent)];
    await move(sessionId, 'check-in');
    expect(await seatOf(seat)).toMatchObject({ status: 'LOCKED' });
    expect(await act(seat, 'check-in', lessons.staff)).toMatchObject({ status: 200, body: { status: 'PAID' } });
    await move(sessionId, 'start');
    await finish(sessionId);
    expect(await seatOf(seat)).toMatchObject({ status: 'PAID', paidAmount: 1000 });
    expect(await seatOf(empty)).toMatchObject({ status: 'NO_SHOW', paidAmount: 250 });
    expect(await lessons.wallet(absent.id)).toEqual({ balance: 750, held: 0 });
  });

  it('MANUAL: when an admin charges it; the undecided are listed, and released ones get all back', async () => {
    const [one, two] = [await lessons.student(1000), await lessons.student(1000)];
    const sessionId = await lessons.session({ startsInHours: 0.5, policy: 'MANUAL' });
    const [charged, released] = [await booked(sessionId, one), await booked(sessionId, two)];
    const undecided = async () => {
      const answer = await school.get<{ data: SeatDto[] }>('/enrollments/undecided', school.admin.token);
      return expectStatus(200, answer).data.map(({ id }) => id);
    };
    expect(await undecided()).toEqual([]);
    for (const step of [() => move(sessionId, 'check-in'), () => move(sessionId, 'start'), () => finish(sessionId)]) {
      await step();
      expect((await undecided()).toSorted()).toEqual([charged.id, released.id].toSorted());
    }
    expect(await act(charged, 'no-show', lessons.staff)).toMatchObject({
      status: 409,
      body: { code: 'SEAT_UNDECIDED' },
    });
    expect(await act(charged, 'charge', lessons.staff)).toMatchObject({ status: 403 });
    expect(await act(charged, 'charge', school.admin)).toMatchObject({ body: { status: 'NO_SHOW', paidAmount: 1000 } });
    expect(await act(released, 'release', school.admin)).toMatchObject({ body: { status: 'NO_SHOW', paidAmount: 0 } });
    expect(await act(released, 'charge', school.admin)).toMatchObject({ body: { code: 'SEAT_NOT_UNDECIDED' } });
    expect(await lessons.wallet(two.id)).toEqual({ balance: 1000, held: 0 });
    expect(await entries(charged)).toEqual(['seat.captured', 'seat.delivered']);
  });

  it('MANUAL: by nobody who is let go though they came; they are no no-show', async () => {
    const student = await lessons.student(1000);
    const sessionId = await lessons.session({ startsInHours: 0.5, policy: 'MANUAL' });
    const seat = await booked(sessionId, student);
    await move(sessionId, 'check-in');
    expect(await act(seat, 'check-in', lessons.staff)).toMatchObject({ status: 200, body: { status: 'LOCKED' } });
    await move(sessionId, 'start');
    await finish(sessionId);
    expect(await seatOf(seat)).toMatchObject({ status: 'LOCKED' });
    expect(await act(seat, 'release', school.admin)).toMatchObject({
      body: { status: 'CANCELLED', cancelReason: 'RELEASED', paidAmount: 0 },
    });
    expect(await lessons.wallet(student.id)).toEqual({ balance: 1000, held: 0 });
  });
});

describe('cancelling', () => {
  it('by the student gives the hold back and the place free, until two hours before', async () => {
    const student = await lessons.student(1000);
    const sessionId = await lessons.session({ startsInHours: 2.5 });
    const seat = await booked(sessionId, student);
    expect(await act(seat, 'cancel', student)).toMatchObject({
      status: 200,
      body: { status: 'CANCELLED', cancelReason: 'STUDENT' },
    });
    expect(await act(seat, 'cancel', student)).toMatchObject({ status: 200 });
    expect(await lessons.wallet(student.id)).toEqual({ balance: 1000, held: 0 });
    expect(await lessons.taken(sessionId)).toBe(0);
    const again = await booked(sessionId, student);
    school.clock.advance(31 * 60);
    expect(await act(again, 'cancel', student)).toMatchObject({
      status: 400,
      body: { detail: 'Cannot cancel less than 2 hours before session' },
    });
    expect(await act(again, 'cancel', lessons.staff)).toMatchObject({ status: 404 });
    expect(await act(again, 'cancel', school.admin)).toMatchObject({
      body: { status: 'CANCELLED', cancelReason: 'ADMIN' },
    });
  });

  it('by the student is possible at the last moment of the window, and not after it', async () => {
    const [one, two] = [await lessons.student(1000), await lessons.student(1000)];
    const sessionId = await lessons.session({ startsInHours: 3 });
    const [first, second] = [await booked(sessionId, one), await booked(sessionId, two)];
    const last = new Date(first.session.startTime).getTime() - 2 * 3_600_000;
    await school.clock.at(new Date(last), async () => {
      expect(await act(first, 'cancel', one)).toMatchObject({ status: 200, body: { status: 'CANCELLED' } });
    });
    await school.clock.at(new Date(last + 1), async () => {
      expect(await act(second, 'cancel', two)).toMatchObject({ status: 400, body: { code: 'TOO_LATE_TO_CANCEL' } });
    });
    expect(await seatOf(second)).toMatchObject({ status: 'LOCKED' });
  });

  it('of a seat paid in cash gives the place free and keeps the cash, which is earned when the session was held', async () => {
    const student = await person(school);
    const sessionId = await lessons.session({ startsInHours: 3 });
    const body = { sessionId, studentId: student.id };
    const seat = expectStatus(201, await school.post<SeatDto>('/enrollments/register-cash', body, lessons.staff.token));
    expect(await act(seat, 'cancel', student)).toMatchObject({ body: { status: 'CANCELLED' } });
    expect((await lessons.wallet(student.id)).balance).toBe(0);
    await school.sql(`UPDATE class_sessions SET status = 'CONDUCTING' WHERE id = $1`, [sessionId]);
    expect(await moved(() => finish(sessionId))).toEqual({
      'liability:deferred:sessions': -840,
      'revenue:sessions': 840,
    });
  });

  it('by the center gives everything back, once: holds, what was taken, and cash as wallet credit', async () => {
    const [held, payer, quitter] = [await lessons.student(1000), await person(school), await person(school)];
    const sessionId = await lessons.session();
    await booked(sessionId, held);
    for (const one of [payer, quitter])
      await school.post('/enrollments/register-cash', { sessionId, studentId: one.id }, lessons.staff.token);
    const gained = await moved(() => move(sessionId, 'cancel'));
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
      await moved(async () =>
        expectStatus(200, await school.post(`/sessions/${sessionId}/schedule`, times, lessons.staff.token)),
      ),
    ).toEqual({});
  });

  it('races with check-in: one of the two, and the money with it', async () => {
    for (let times = 0; times < 8; times += 1) {
      const student = await lessons.student(1000);
      const sessionId = await lessons.session({ startsInHours: 0.5 });
      const seat = await booked(sessionId, student);
      const [cancelled] = await Promise.all([act(seat, 'cancel', school.admin), move(sessionId, 'check-in')]);
      expect(cancelled.status).toBe(200);
      await school.quiet();
      expect(await seatOf(seat)).toMatchObject({ status: 'CANCELLED' });
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
    const [first, second] = [await booked(late, student), await booked(early, student)];
    expectStatus(200, await act(second, 'cancel', student));
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
    const seat = await booked(sessionId, student);
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
    for (const student of [one, other]) await booked(sessionId, student);
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
