import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { endQuietly } from './support/keep-books.js';
import { Lessons } from './support/lessons.js';
import type { Person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';
import { type SeatAnswer, SeatDesk } from './support/seat-desk.js';

/* Many students want seats of one session while its staff change it under their hands. */

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

const PRICE = 1000;
const has = (code: string, status: number) => (answer: SeatAnswer) =>
  answer.status === status && answer.body.code === code;
const isBooked = ({ status }: SeatAnswer) => status === 201;

async function row(sessionId: string): Promise<{ status: string; capacity: number; taken: number }> {
  const [session] = await school.sql<{ status: string; capacity: number; taken: number }>(
    'SELECT status, capacity, taken FROM class_sessions WHERE id = $1',
    [sessionId],
  );
  return session!;
}

/** Who holds a seat has the price held, and nobody else has; nothing has left a wallet. */
async function expectHeld(students: readonly Person[], sessionId: string, balance = PRICE): Promise<void> {
  const seats = await school.sql<{ id: string }>(
    `SELECT student_id AS id FROM seats WHERE session_id = $1 AND status = 'LOCKED'`,
    [sessionId],
  );
  const holders = new Set(seats.map(({ id }) => id));
  expect(await lessons.taken(sessionId)).toBe(holders.size);
  expect(await desk.wallets(students)).toEqual(
    students.map(({ id }) => ({ balance, held: holders.has(id) ? PRICE : 0 })),
  );
}

it.each([0, 25, 60])(
  'a session canceled %i ms into being booked by thirty: every seat gets its money back, and the counter is 0',
  async (pause) => {
    const [students, sessionId] = [await desk.people(30), await lessons.session({ capacity: 30 })];
    const [answers, canceled] = await Promise.all([
      Promise.all(students.map((student) => desk.book(sessionId, student))),
      sleep(pause).then(() => desk.move(sessionId, 'cancel')),
    ]);
    expect(canceled.status).toBe(200);
    const booked = answers.filter(isBooked);
    expect(answers.filter(has('SESSION_CLOSED', 400))).toHaveLength(30 - booked.length);
    await school.quiet();
    expect(await row(sessionId)).toMatchObject({ status: 'CANCELED', taken: 0 });
    expect(await desk.count(sessionId)).toEqual(booked.length > 0 ? { CANCELLED: booked.length } : {});
    const reasons = 'SELECT DISTINCT cancel_reason AS reason FROM seats WHERE session_id = $1';
    expect(await school.sql(reasons, [sessionId])).toEqual(booked.length > 0 ? [{ reason: 'SESSION_CANCELED' }] : []);
    await expectHeld(students, sessionId);
  },
  60_000,
);

it('thirty seats of a STRICT session are captured while an admin cancels every second: the others are paid', async () => {
  const students = await desk.people(30);
  const sessionId = await lessons.session({ capacity: 30, startsInHours: 0.5 });
  const seats = await Promise.all(students.map((student) => desk.booked(sessionId, student)));
  const [open, ...cancels] = await Promise.all([
    desk.move(sessionId, 'check-in'),
    ...seats.filter((_, index) => index % 2 === 0).map((seat) => desk.act(seat, 'cancel', school.admin)),
  ]);
  expect([open, ...cancels].map(({ status }) => status)).toEqual(Array(16).fill(200));
  await school.quiet();
  expect(await desk.count(sessionId)).toEqual({ CANCELLED: 15, PAID: 15 });
  expect(await lessons.taken(sessionId)).toBe(15);
  expect(await desk.wallets(students)).toEqual(
    students.map((_, index) => ({ balance: index % 2 === 0 ? PRICE : 0, held: 0 })),
  );
}, 60_000);

it('a session whose capacity goes up and down while it is booked is never fuller than it', async () => {
  const [students, sessionId] = [await desk.people(60), await lessons.session({ capacity: 20 })];
  const change = async () => {
    let stands = 20;
    for (const capacity of [30, 5, 12, 25, 10, 40]) {
      const answer = await desk.edit(sessionId, { capacity });
      if (answer.status === 200) stands = capacity;
      else expect(answer).toMatchObject({ status: 400, body: { code: 'CAPACITY_BELOW_TAKEN' } });
    }
    return stands;
  };
  const [answers, capacity] = await Promise.all([
    Promise.all(students.map((student) => desk.book(sessionId, student))),
    change(),
  ]);
  const booked = answers.filter(isBooked).length;
  expect(answers.filter(has('SESSION_FULL', 409))).toHaveLength(60 - booked);
  expect(await row(sessionId)).toMatchObject({ capacity, taken: booked });
  await expectHeld(students, sessionId);
  // Lowered to exactly what is taken, and not by one more.
  expectStatus(200, await desk.edit(sessionId, { capacity: booked }));
  expect(await desk.edit(sessionId, { capacity: booked - 1 })).toMatchObject({ status: 400 });
  expect(await row(sessionId)).toMatchObject({ capacity: booked, taken: booked });
}, 60_000);

it('a session moved to another time while it is booked: no seat keeps the old time, and nobody is in two places', async () => {
  const [students, sessionId] = [await desk.people(30, 2 * PRICE), await lessons.session({ capacity: 30 })];
  const elsewhere = await lessons.session({ startsInHours: 60.5 });
  const busy = students.slice(0, 6);
  for (const student of busy) await desk.booked(elsewhere, student);
  const [answers] = await Promise.all([
    Promise.all(students.map((student) => desk.book(sessionId, student))),
    sleep(20).then(async () => expectStatus(200, await desk.edit(sessionId, { startTime: lessons.inHours(60) }))),
  ]);
  await school.quiet();
  const overlapping = answers.filter(has('SESSIONS_OVERLAP', 400)).length;
  expect(answers.filter(isBooked)).toHaveLength(30 - overlapping);
  expect(answers.slice(6).filter(isBooked)).toHaveLength(24);
  const moved = `SELECT count(*) FILTER (WHERE s.start_time <> n.start_time OR s.end_time <> n.end_time)::int AS old,
      count(*)::int AS live FROM seats s JOIN class_sessions n ON n.id = s.session_id WHERE n.id = $1 AND s.status = 'LOCKED'`;
  expect(await school.sql(moved, [sessionId])).toEqual([{ old: 0, live: 24 }]);
  const left = `SELECT count(*)::int AS n FROM seats WHERE session_id = $1 AND status = 'CANCELLED' AND cancel_reason = 'OVERLAPS'`;
  expect(await school.sql(left, [sessionId])).toEqual([{ n: 6 - overlapping }]);
  expect(await lessons.taken(sessionId)).toBe(24);
  expect(await desk.wallets(students)).toEqual(students.map(() => ({ balance: 2 * PRICE, held: PRICE })));
}, 60_000);

describe('three hundred students', () => {
  const SEATS = 150;

  /** Books until there is a seat or has tried often enough; every fourth who gets one gives it up and goes. */
  async function visit(student: Person, index: number, sessionId: string, answered: number[]): Promise<void> {
    for (let tried = 0; tried < 3; tried += 1) {
      const answer = await desk.book(sessionId, student);
      answered.push(answer.status);
      if (answer.status !== 201) {
        expect(answer).toMatchObject({ status: 409, body: { code: 'SESSION_FULL' } });
        await sleep(5 * tried);
        continue;
      }
      if (index % 4 === 0) answered.push((await desk.act(answer.body, 'cancel', student)).status);
      return;
    }
  }

  it(`at once for ${SEATS} seats, with cancellations and other capacities: no failure, and exact to the cent`, async () => {
    const [students, sessionId] = [await desk.people(300), await lessons.session({ capacity: SEATS })];
    const answered: number[] = [];
    let over = false;
    const staff = async () => {
      for (let turn = 0; !over; turn += 1) {
        const { status } = await desk.edit(sessionId, { capacity: [SEATS - 30, SEATS + 20, SEATS - 5][turn % 3] });
        expect([200, 400]).toContain(status);
      }
    };
    const visits = Promise.all(students.map((student, index) => visit(student, index, sessionId, answered)));
    await Promise.all([
      visits.finally(() => {
        over = true;
      }),
      staff(),
    ]);
    expect(new Set(answered)).toEqual(new Set([200, 201, 409]));
    await expectHeld(students, sessionId);
    const { taken } = await row(sessionId);
    expect(taken).toBeLessThanOrEqual(SEATS + 20);

    // With as many seats as there shall be, those who still have none fill it to the last.
    const capacity = Math.max(taken, SEATS);
    expectStatus(200, await desk.edit(sessionId, { capacity }));
    const again = await Promise.all(students.map((student) => desk.book(sessionId, student)));
    expect(again.filter(has('ALREADY_ENROLLED_IN_SESSION', 400))).toHaveLength(taken);
    expect(again.filter(isBooked)).toHaveLength(capacity - taken);
    expect(again.filter(has('SESSION_FULL', 409))).toHaveLength(300 - capacity);
    await expectHeld(students, sessionId);
  }, 60_000);
});
