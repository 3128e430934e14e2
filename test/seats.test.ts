import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SeatDto } from '../src/seats/seats.dto.js';
import { endQuietly } from './support/keep-books.js';
import { Lessons } from './support/lessons.js';
import { person, type Person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';
import { SeatDesk } from './support/seat-desk.js';
import { SeatSteps } from './support/seat-steps.js';

/* Seats in class sessions: booked from the wallet or paid at the door, attended or not, by each policy, cancelled and given back. */

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

const entries = async ({ id }: { id: string }) =>
  (await school.sql<{ kind: string }>('SELECT kind FROM ledger_entries WHERE object_id = $1 ORDER BY id', [id])).map(
    ({ kind }) => kind,
  );

describe('booking', () => {
  it('holds the price in the wallet and takes a seat', async () => {
    const student = await lessons.student(1500);
    const sessionId = await lessons.session();
    const seat = await desk.booked(sessionId, student);
    expect(seat).toMatchObject({ status: 'LOCKED', paymentMethod: 'WALLET', amount: 1000, tax: 160, paidAmount: 0 });
    expect(await lessons.wallet(student.id)).toEqual({ balance: 1500, held: 1000 });
    expect(await lessons.taken(sessionId)).toBe(1);
    expect(await entries(seat)).toEqual([]);
  });

  it('twice answers in the words of the guide; the same request again answers the same', async () => {
    const student = await lessons.student();
    const sessionId = await lessons.session();
    const headers = { 'idempotency-key': 'book-once' };
    const first = expectStatus(201, await desk.book(sessionId, student, headers));
    expect((await desk.book(sessionId, student, headers)).body).toEqual(first);
    expect(await desk.book(sessionId, student)).toMatchObject({
      status: 400,
      body: { detail: 'Student already enrolled in this session' },
    });
    expect(await lessons.taken(sessionId)).toBe(1);
  });

  it('without the money is refused in the words of the guide, and nothing is held', async () => {
    const sessionId = await lessons.session();
    for (const student of [await lessons.student(0), await lessons.student(999)]) {
      expect(await desk.book(sessionId, student)).toMatchObject({
        status: 400,
        body: { detail: 'Insufficient package credits or wallet balance' },
      });
      expect((await lessons.wallet(student.id)).held).toBe(0);
    }
    expect(await lessons.taken(sessionId)).toBe(0);
  });

  it('of two sessions that overlap is refused; one that begins when the other ends is not', async () => {
    const student = await lessons.student();
    await desk.booked(await lessons.session({ startsInHours: 30 }), student);
    expect(await desk.book(await lessons.session({ startsInHours: 30.5 }), student)).toMatchObject({
      status: 400,
      body: { code: 'SESSIONS_OVERLAP' },
    });
    expect((await desk.book(await lessons.session({ startsInHours: 31 }), student)).status).toBe(201);
  });

  it('is over when the session begins, checks in, or is full', async () => {
    const student = await lessons.student();
    for (const terms of [{ startsInHours: -0.1 }, { status: 'CHECKING_IN' as const }])
      expect(await desk.book(await lessons.session(terms), student)).toMatchObject({
        body: { code: 'SESSION_CLOSED' },
      });
    const next = await lessons.session({ startsInHours: 1 });
    const { startTime } = (await school.get<{ startTime: string }>(`/sessions/${next}`, student.token)).body;
    const atTheStart = await school.clock.at(startTime, () => desk.book(next, student));
    expect(atTheStart).toMatchObject({ body: { code: 'SESSION_CLOSED' } });
    const full = await lessons.session({ capacity: 1 });
    await desk.booked(full, await lessons.student());
    expect(await desk.book(full, student)).toMatchObject({ status: 409, body: { code: 'SESSION_FULL' } });
    expect(await desk.book('ses_unknown', student)).toMatchObject({ status: 404 });
  });

  it('of a free session is paid at once', async () => {
    const student = await lessons.student(0);
    const seat = await desk.booked(await lessons.session({ price: 0, tax: 0 }), student);
    expect(seat).toMatchObject({ status: 'PAID', amount: 0 });
  });

  it('by 40 at once for 10 seats gives 10, and by one for two overlapping sessions gives one', async () => {
    const sessionId = await lessons.session({ capacity: 10 });
    const students = await Promise.all(Array.from({ length: 40 }, () => lessons.student(1000)));
    const answers = await Promise.all(students.map((student) => desk.book(sessionId, student)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([
      ...Array<number>(10).fill(201),
      ...Array<number>(30).fill(409),
    ]);
    expect(await lessons.taken(sessionId)).toBe(10);

    const [one, other] = [await lessons.session({ startsInHours: 72 }), await lessons.session({ startsInHours: 72.5 })];
    for (let times = 0; times < 10; times += 1) {
      const student = await lessons.student(5000);
      const both = await Promise.all([desk.book(one, student), desk.book(other, student)]);
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
    const gained = await steps.moved(() => cash({ sessionId, studentId: student.id }, lessons.staff));
    expect(gained).toEqual({
      [`asset:cash:${lessons.branchId}`]: 1000,
      'liability:tax:de': 160,
      'liability:deferred:sessions': 840,
    });
    const [seat] = await school.sql<{ id: string }>('SELECT id FROM seats WHERE student_id = $1', [student.id]);
    expect(await steps.seatOf(seat!)).toMatchObject({ status: 'PAID', paymentMethod: 'CASH', paidAmount: 1000 });
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
    const seat = await desk.booked(sessionId, student);
    await steps.move(sessionId, 'check-in');
    expect(await steps.seatOf(seat)).toMatchObject({ status: 'PAID', paidAmount: 1000 });
    expect(await lessons.wallet(student.id)).toEqual({ balance: 0, held: 0 });
    await steps.move(sessionId, 'start');
    const earned = await steps.moved(() => steps.finish(sessionId));
    expect(earned).toEqual({ 'liability:deferred:sessions': -840, 'revenue:sessions': 840 });
    expect(await steps.seatOf(seat)).toMatchObject({ status: 'NO_SHOW', paidAmount: 1000 });
    expect(await entries(seat)).toEqual(['seat.captured', 'seat.delivered']);
  });

  it('FLEXIBLE: when its student checks in; the others are released less the fee', async () => {
    const [here, absent] = [await lessons.student(1000), await lessons.student(1000)];
    const sessionId = await lessons.session({ startsInHours: 0.5, policy: 'FLEXIBLE', noShowFee: 250 });
    const [seat, empty] = [await desk.booked(sessionId, here), await desk.booked(sessionId, absent)];
    await steps.move(sessionId, 'check-in');
    expect(await steps.seatOf(seat)).toMatchObject({ status: 'LOCKED' });
    expect(await desk.act(seat, 'check-in', lessons.staff)).toMatchObject({ status: 200, body: { status: 'PAID' } });
    await steps.move(sessionId, 'start');
    await steps.finish(sessionId);
    expect(await steps.seatOf(seat)).toMatchObject({ status: 'PAID', paidAmount: 1000 });
    expect(await steps.seatOf(empty)).toMatchObject({ status: 'NO_SHOW', paidAmount: 250 });
    expect(await lessons.wallet(absent.id)).toEqual({ balance: 750, held: 0 });
  });

  it('MANUAL: when an admin charges it; the undecided are listed, and released ones get all back', async () => {
    const [one, two] = [await lessons.student(1000), await lessons.student(1000)];
    const sessionId = await lessons.session({ startsInHours: 0.5, policy: 'MANUAL' });
    const [charged, released] = [await desk.booked(sessionId, one), await desk.booked(sessionId, two)];
    const undecided = async () => {
      const answer = await school.get<{ data: SeatDto[] }>('/enrollments/undecided', school.admin.token);
      return expectStatus(200, answer).data.map(({ id }) => id);
    };
    expect(await undecided()).toEqual([]);
    for (const step of [
      () => steps.move(sessionId, 'check-in'),
      () => steps.move(sessionId, 'start'),
      () => steps.finish(sessionId),
    ]) {
      await step();
      expect((await undecided()).toSorted()).toEqual([charged.id, released.id].toSorted());
    }
    expect(await desk.act(charged, 'no-show', lessons.staff)).toMatchObject({
      status: 409,
      body: { code: 'SEAT_UNDECIDED' },
    });
    expect(await desk.act(charged, 'charge', lessons.staff)).toMatchObject({ status: 403 });
    expect(await desk.act(charged, 'charge', school.admin)).toMatchObject({
      body: { status: 'NO_SHOW', paidAmount: 1000 },
    });
    expect(await desk.act(released, 'release', school.admin)).toMatchObject({
      body: { status: 'NO_SHOW', paidAmount: 0 },
    });
    expect(await desk.act(released, 'charge', school.admin)).toMatchObject({ body: { code: 'SEAT_NOT_UNDECIDED' } });
    expect(await lessons.wallet(two.id)).toEqual({ balance: 1000, held: 0 });
    expect(await entries(charged)).toEqual(['seat.captured', 'seat.delivered']);
  });

  it('MANUAL: by nobody who is let go though they came; they are no no-show', async () => {
    const student = await lessons.student(1000);
    const sessionId = await lessons.session({ startsInHours: 0.5, policy: 'MANUAL' });
    const seat = await desk.booked(sessionId, student);
    await steps.move(sessionId, 'check-in');
    expect(await desk.act(seat, 'check-in', lessons.staff)).toMatchObject({ status: 200, body: { status: 'LOCKED' } });
    await steps.move(sessionId, 'start');
    await steps.finish(sessionId);
    expect(await steps.seatOf(seat)).toMatchObject({ status: 'LOCKED' });
    expect(await desk.act(seat, 'release', school.admin)).toMatchObject({
      body: { status: 'CANCELLED', cancelReason: 'RELEASED', paidAmount: 0 },
    });
    expect(await lessons.wallet(student.id)).toEqual({ balance: 1000, held: 0 });
  });
});
