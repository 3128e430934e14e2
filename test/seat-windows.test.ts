import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { endQuietly } from './support/keep-books.js';
import { Lessons } from './support/lessons.js';
import type { Person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';
import { holding, SeatDesk, waiting } from './support/seat-desk.js';

/*
 * Races that are lost only within a moment too short for luck: the first to come is stopped in the middle by a lock of ours, the second
 * goes past it, and then the first goes on with what it had read before.
 */

let school: School;
let lessons: Lessons;
let desk: SeatDesk;
beforeAll(async () => {
  school = await openSchool({ JWT_EXPIRES_IN: '86400' });
  lessons = await Lessons.open(school);
  desk = new SeatDesk(school, lessons);
}, 60_000);
afterAll(() => school.close());
endQuietly(() => school);

const WALLET = `SELECT 1 FROM ledger_accounts WHERE code = 'liability:wallet:' || $1 FOR NO KEY UPDATE`;
const HOLD = `SELECT 1 FROM ledger_holds h JOIN seats s ON s.hold_id = h.id WHERE s.id = $1 FOR NO KEY UPDATE OF h`;
const inHours = (hours: number) => new Date(school.clock.now().getTime() + hours * 3_600_000).toISOString();

/** Lets a student begin to book, does something else once the booking waits for the wallet, and answers how the booking ended. */
function overtaken(sessionId: string, student: Person, overtake: () => Promise<unknown>) {
  return holding(school, WALLET, [student.id], async (letGo) => {
    const booking = desk.book(sessionId, student);
    await waiting(school);
    await overtake();
    await letGo();
    return booking;
  });
}

const statusOf = async (sessionId: string) =>
  (await school.sql<{ status: string }>('SELECT status FROM class_sessions WHERE id = $1', [sessionId]))[0]!.status;
const seatTimes = async (sessionId: string) =>
  school.sql(
    `SELECT s.start_time = n.start_time AND s.end_time = n.end_time AS same FROM seats s JOIN class_sessions n ON n.id = s.session_id
     WHERE n.id = $1 AND s.status <> 'CANCELLED'`,
    [sessionId],
  );

describe('a booking under way', () => {
  it.each([
    ['starts at another time', { startTime: inHoursLater(50) }],
    ['ends at another time', { endTime: inHoursLater(49.5) }],
  ])('of a session that now %s gets a seat at the new time', async (_, body) => {
    const [student, sessionId] = [await desk.person(), await lessons.session()];
    const answer = await overtaken(sessionId, student, async () => {
      expectStatus(200, await desk.edit(sessionId, body));
      await school.quiet();
    });
    expect(answer.status).toBe(201);
    await school.quiet();
    expect(await seatTimes(sessionId)).toEqual([{ same: true }]);
    expect(await desk.wallets([student])).toEqual([{ balance: 1000, held: 1000 }]);
  });

  it('of a session that is canceled, or deleted, is refused and holds nothing', async () => {
    const students = await desk.people(2);
    const [canceled, deleted] = [await lessons.session(), await lessons.session()];
    expect(await overtaken(canceled, students[0]!, () => desk.moved(canceled, 'cancel'))).toMatchObject({
      status: 400,
      body: { code: 'SESSION_CLOSED' },
    });
    const remove = async () =>
      expectStatus(204, await school.request('DELETE', `/sessions/${deleted}`, { token: lessons.staff.token }));
    expect(await overtaken(deleted, students[1]!, remove)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    expect(await desk.wallets(students)).toEqual([
      { balance: 1000, held: 0 },
      { balance: 1000, held: 0 },
    ]);
  });

  it('of the last seat, which is taken meanwhile, is refused and holds nothing', async () => {
    const [[student, other], sessionId] = [await desk.people(2), await lessons.session({ capacity: 1 })];
    const answer = await overtaken(sessionId, student!, () => desk.booked(sessionId, other!));
    expect(answer).toMatchObject({ status: 409, body: { code: 'SESSION_FULL' } });
    expect(await desk.wallets([student!])).toEqual([{ balance: 1000, held: 0 }]);
    expect(await lessons.taken(sessionId)).toBe(1);
  });
});

describe('a seat whose session was moved and that has not followed yet', () => {
  it('is a seat in it all the same: booking again is refused in the words of the guide', async () => {
    const [student, sessionId] = [await desk.person(5000), await lessons.session()];
    await desk.booked(sessionId, student);
    await holding(school, WALLET, [student.id], async (letGo) => {
      expectStatus(200, await desk.edit(sessionId, { startTime: inHours(60) }));
      expect(await desk.book(sessionId, student)).toMatchObject({
        status: 400,
        body: { detail: 'Student already enrolled in this session' },
      });
      await letGo();
    });
    await school.quiet();
    expect(await seatTimes(sessionId)).toEqual([{ same: true }]);
  });

  it('follows although check-in is opened before', async () => {
    const [student, sessionId] = [await desk.person(), await lessons.session()];
    const seat = await desk.booked(sessionId, student);
    await holding(school, WALLET, [student.id], async (letGo) => {
      expectStatus(200, await desk.edit(sessionId, { startTime: inHours(0.5) }));
      await desk.moved(sessionId, 'check-in');
      await letGo();
    });
    await school.quiet();
    expect(await seatTimes(sessionId)).toEqual([{ same: true }]);
    expect(await desk.read(seat)).toMatchObject({ status: 'PAID', paid: 1000 });
  });
});

describe('an admin who decides while the session ends', () => {
  it.each([
    ['charge', { status: 'NO_SHOW', paid: 1000, entries: ['seat.captured', 'seat.delivered'] }, 0],
    ['release', { status: 'CANCELLED', paid: 0, entries: [] }, 1000],
  ] as const)('%s: what was charged is earned', async (what, kept, balance) => {
    const [student, sessionId] = [await desk.person(), await lessons.session({ startsInHours: 0.5, policy: 'MANUAL' })];
    const seat = await desk.booked(sessionId, student);
    await desk.moved(sessionId, 'check-in', 'start');
    await school.quiet();
    await holding(school, HOLD, [seat.id], async (letGo) => {
      const deciding = desk.act(seat, what, school.admin);
      await waiting(school);
      await desk.moved(sessionId, 'finish');
      const quiet = school.quiet();
      // The job waits for the admin, who has the wallet.
      await waiting(school, 2);
      await letGo();
      expectStatus(200, await deciding);
      await quiet;
    });
    expect(await desk.read(seat)).toMatchObject(kept);
    expect(await desk.wallets([student])).toEqual([{ balance, held: 0 }]);
  });
});

describe('a canceled session that is taken up again at once', () => {
  it('gives everything back first: nobody is moved to a time that they did not book', async () => {
    const [student, sessionId] = [await desk.person(), await lessons.session()];
    const seat = await desk.booked(sessionId, student);
    await holding(school, WALLET, [student.id], async (letGo) => {
      await desk.moved(sessionId, 'cancel');
      const times = { startTime: inHours(72), endTime: inHours(73) };
      expect(await school.post(`/sessions/${sessionId}/schedule`, times, lessons.staff.token)).toMatchObject({
        status: 409,
        body: { code: 'SEATS_SETTLING' },
      });
      await letGo();
    });
    await school.quiet();
    expect(await statusOf(sessionId)).toBe('CANCELED');
    expect(await desk.read(seat)).toMatchObject({ status: 'CANCELLED', reason: 'SESSION_CANCELED' });
    expect(await desk.wallets([student])).toEqual([{ balance: 1000, held: 0 }]);
    expect(await lessons.taken(sessionId)).toBe(0);
  });
});

/** Before the school is open: by the machine's clock, on which the school's begins. */
function inHoursLater(hours: number): string {
  return new Date(Date.now() + hours * 3_600_000).toISOString();
}
