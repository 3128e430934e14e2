import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { endQuietly } from './support/keep-books.js';
import { Lessons } from './support/lessons.js';
import type { Person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';
import { both, SeatDesk, times } from './support/seat-desk.js';
import { WaitlistDesk } from './support/waitlist-desk.js';

/*
 * Seats are freed, waited for, given up and promoted to at the same moment, and the promotion itself is stopped half-way. Nobody is forgotten,
 * nobody comes before their turn, and nobody has a seat that they no longer wait for.
 */

let school: School;
let lessons: Lessons;
let desk: SeatDesk;
let waitlists: WaitlistDesk;
beforeAll(async () => {
  school = await openSchool({ JWT_EXPIRES_IN: '86400' });
  lessons = await Lessons.open(school);
  desk = new SeatDesk(school, lessons);
  waitlists = new WaitlistDesk(school, lessons, desk);
}, 60_000);
afterAll(() => school.close());
afterEach(() => {
  jest.restoreAllMocks();
});
endQuietly(() => school);

const ROUNDS = 30;
const AT_ONCE = 6;

it('a hundred seats at once: the first hundred who can pay have them, in order, and nobody who books past the line', async () => {
  const [sessionId, line, strangers] = [await waitlists.filled(5), await desk.people(120), await desk.people(50)];
  const poor = line.filter((_, index) => index % 12 === 3);
  await school.sql(
    `UPDATE ledger_accounts SET floor = 1 WHERE code = ANY (SELECT 'liability:wallet:' || p FROM unnest($1::text[]) p)`,
    [poor.map(({ id }) => id)],
  );
  await waitlists.lined(sessionId, line);
  const before = new Set(await waitlists.seated(sessionId));
  let over = false;
  const bookAgain = async (one: Person) => {
    const codes: string[] = [];
    do codes.push(((await desk.book(sessionId, one)).body as { code: string }).code);
    while (!over && codes.length < 6);
    return codes;
  };
  const direct = Promise.all(strangers.map(bookAgain));
  expectStatus(200, await desk.edit(sessionId, { capacity: 105 }));
  await school.settle();
  over = true;
  expect(new Set((await direct).flat())).toEqual(new Set(['SESSION_FULL']));
  await school.quiet();

  const payable = line.filter((one) => !poor.includes(one)).map(({ id }) => id);
  const seated = (await waitlists.seated(sessionId)).filter((id) => !before.has(id));
  expect(seated).toEqual(payable.slice(0, 100));
  const chosen = new Set(payable.slice(0, 100));
  expect(await waitlists.line(sessionId)).toMatchObject(
    line.map(({ id }) => ({ studentId: id, status: chosen.has(id) ? 'PROMOTED' : 'WAITING' })),
  );
  expect(await lessons.taken(sessionId)).toBe(105);
  expect(await desk.wallets(line)).toEqual(line.map(({ id }) => ({ balance: 1000, held: chosen.has(id) ? 1000 : 0 })));
  expect(await desk.wallets(strangers)).toEqual(strangers.map(() => ({ balance: 1000, held: 0 })));
  const last = line.findIndex(({ id }) => id === payable[99]);
  const told = await Promise.all(poor.map((one) => waitlists.told(one)));
  expect(told).toEqual(poor.map((one) => (line.indexOf(one) < last ? ['waitlist-skipped'] : [])));
  expect(await waitlists.offered(sessionId)).toBe(false);
}, 60_000);

it('who joins while a seat is freed has it, or is told that there is one', async () => {
  const [holders, students] = [await desk.people(ROUNDS), await desk.people(ROUNDS)];
  const run = await times(ROUNDS, AT_ONCE, async (index) => {
    const [holder, student] = [holders[index]!, students[index]!];
    const { sessionId, seat } = await waitlists.withOneSeat(holder);
    const [joined, canceled] = await both(
      index,
      () => waitlists.join(sessionId, student),
      () => desk.act(seat, 'cancel', holder),
    );
    expect(canceled.status).toBe(200);
    return { sessionId, student, joined };
  });
  await school.quiet();
  for (const { sessionId, student, joined } of run) {
    const has = joined.status === 201;
    if (!has) expect(joined).toMatchObject({ status: 409, body: { code: 'SEATS_LEFT' } });
    expect(await waitlists.statuses(sessionId)).toEqual(has ? ['PROMOTED'] : []);
    expect(await waitlists.seated(sessionId)).toEqual(has ? [student.id] : []);
    expect(await desk.wallets([student])).toEqual([{ balance: 1000, held: has ? 1000 : 0 }]);
  }
}, 60_000);

it('who leaves while they are promoted has the seat, or has left', async () => {
  const [holders, students, next] = [await desk.people(ROUNDS), await desk.people(ROUNDS), await desk.people(ROUNDS)];
  const run = await times(ROUNDS, AT_ONCE, async (index) => {
    const { sessionId, seat } = await waitlists.withOneSeat(holders[index]!);
    await waitlists.joined(sessionId, students[index]!, next[index]!);
    const [left] = await both(
      index,
      async () => {
        // From before the seat is free until after the promotion.
        await new Promise((resolve) => setTimeout(resolve, (index % 10) * 2));
        return waitlists.leave(sessionId, students[index]!);
      },
      () => desk.act(seat, 'cancel', holders[index]!),
    );
    return { sessionId, left: left.status, student: students[index]!, after: next[index]! };
  });
  await school.quiet();
  for (const { sessionId, left, student, after } of run) {
    expect([204, 404]).toContain(left);
    const has = left === 404;
    expect(await waitlists.statuses(sessionId)).toEqual(has ? ['PROMOTED', 'WAITING'] : ['LEFT', 'PROMOTED']);
    expect(await waitlists.seated(sessionId)).toEqual([has ? student.id : after.id]);
    expect(await desk.wallets([student])).toEqual([{ balance: 1000, held: has ? 1000 : 0 }]);
    expect(await waitlists.told(student)).toEqual(has ? ['waitlist-promoted'] : []);
  }
}, 60_000);
