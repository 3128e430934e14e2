import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { EndWaiting } from '../src/seats/waitlist/end-waiting.js';
import { PromoteEntry } from '../src/seats/waitlist/promote-entry.js';
import { PromoteWaiting } from '../src/seats/waitlist/promote-waiting.js';
import { endQuietly } from './support/keep-books.js';
import { Lessons } from './support/lessons.js';
import type { Person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';
import { holding, SeatDesk, times, waiting } from './support/seat-desk.js';
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
const SESSION = 'SELECT 1 FROM class_sessions WHERE id = $1 FOR NO KEY UPDATE';
const WALLET = `SELECT 1 FROM ledger_accounts WHERE code = 'liability:wallet:' || $1 FOR NO KEY UPDATE`;

/** A session with one seat, which somebody has. */
async function taken(holder: Person): Promise<{ sessionId: string; seat: { id: string } }> {
  const sessionId = await lessons.session({ capacity: 1 });
  return { sessionId, seat: await desk.booked(sessionId, holder) };
}

/** So many seats are taken, at no cost to the test. */
async function filled(capacity: number): Promise<string> {
  const sessionId = await lessons.session({ capacity, price: 0, tax: 0 });
  const holders = await desk.people(capacity, 0);
  await times(capacity, 10, (index) => desk.booked(sessionId, holders[index]!));
  await school.sql('UPDATE class_sessions SET price = 1000, tax = 160 WHERE id = $1', [sessionId]);
  return sessionId;
}

/** Both at once; every other time the second sets off first. */
async function both<A, B>(index: number, one: () => Promise<A>, other: () => Promise<B>): Promise<[A, B]> {
  if (index % 2 === 0) return Promise.all([one(), other()]);
  const [second, first] = await Promise.all([other(), one()]);
  return [first, second];
}

it('a hundred seats at once: the first hundred who can pay have them, in order, and nobody who books past the line', async () => {
  const [sessionId, line, strangers] = [await filled(5), await desk.people(120), await desk.people(50)];
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
    const { sessionId, seat } = await taken(holder);
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
    const { sessionId, seat } = await taken(holders[index]!);
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

describe('stopped at a moment of ours', () => {
  it('who leaves once their seat is being booked has none: the booking is undone, and the next has it', async () => {
    const [holder, student, after] = await desk.people(3);
    const { sessionId, seat } = await taken(holder!);
    await waitlists.joined(sessionId, student!, after!);
    await holding(school, WALLET, [student!.id], async (letGo) => {
      await desk.act(seat, 'cancel', holder!);
      await waiting(school);
      expect((await waitlists.leave(sessionId, student!)).status).toBe(204);
      await letGo();
    });
    await school.quiet();
    expect(await waitlists.statuses(sessionId)).toEqual(['LEFT', 'PROMOTED']);
    expect(await desk.wallets([student!, after!])).toEqual([
      { balance: 1000, held: 0 },
      { balance: 1000, held: 1000 },
    ]);
    expect(await waitlists.told(student!)).toEqual([]);
  });

  it('who joins behind a seat that is being freed waits for it and sees it', async () => {
    const [holder, student] = await desk.people(2);
    const { sessionId, seat } = await taken(holder!);
    const [canceled, joined] = await holding(school, SESSION, [sessionId], async (letGo) => {
      const cancel = desk.act(seat, 'cancel', holder!);
      await waiting(school);
      const join = waitlists.join(sessionId, student!);
      await waiting(school, 2);
      await letGo();
      return Promise.all([cancel, join]);
    });
    expect(canceled.status).toBe(200);
    expect(joined).toMatchObject({ status: 409, body: { code: 'SEATS_LEFT' } });
    await desk.booked(sessionId, student!);
  });

  it('who joins before a seat is freed is seen by it', async () => {
    const [holder, student] = await desk.people(2);
    const { sessionId, seat } = await taken(holder!);
    const [joined, canceled] = await holding(school, SESSION, [sessionId], async (letGo) => {
      const join = waitlists.join(sessionId, student!);
      await waiting(school);
      const cancel = desk.act(seat, 'cancel', holder!);
      await waiting(school, 2);
      await letGo();
      return Promise.all([join, cancel]);
    });
    expect([joined.status, canceled.status]).toEqual([201, 200]);
    await school.quiet();
    expect(await waitlists.seated(sessionId)).toEqual([student!.id]);
  });

  it('a seat that is freed while another is being promoted to goes to the head of the line', async () => {
    const [[first, second, ...waiters], sessionId] = [await desk.people(4), await lessons.session({ capacity: 2 })];
    const seats = [await desk.booked(sessionId, first!), await desk.booked(sessionId, second!)];
    await waitlists.joined(sessionId, ...waiters);
    await holding(school, WALLET, [waiters[0]!.id], async (letGo) => {
      await desk.act(seats[0]!, 'cancel', first!);
      await waiting(school);
      expectStatus(200, await desk.act(seats[1]!, 'cancel', second!));
      await letGo();
    });
    await school.quiet();
    expect(await waitlists.statuses(sessionId)).toEqual(['PROMOTED', 'PROMOTED']);
    expect(await waitlists.seated(sessionId)).toEqual(waiters.map(({ id }) => id));
  });

  it('a seat that is freed when a promotion has just come to its end is not forgotten', async () => {
    const [[first, second, ...waiters], sessionId] = [await desk.people(4), await lessons.session({ capacity: 2 })];
    const seats = [await desk.booked(sessionId, first!), await desk.booked(sessionId, second!)];
    await waitlists.joined(sessionId, ...waiters);
    // Between the last look at the line and the end of the promotion.
    jest.spyOn(EndWaiting.prototype, 'ofSession').mockImplementationOnce(async () => {
      expectStatus(200, await desk.act(seats[1]!, 'cancel', second!));
    });
    await desk.act(seats[0]!, 'cancel', first!);
    await school.quiet();
    expect(await waitlists.statuses(sessionId)).toEqual(['PROMOTED', 'PROMOTED']);
    expect(await waitlists.offered(sessionId)).toBe(false);
  });

  it('a student who takes a seat elsewhere while they are promoted keeps that one, their place, and is told', async () => {
    const [holder, student] = await desk.people(2, 5000);
    const [{ sessionId, seat }, elsewhere] = [await taken(holder!), await lessons.session()];
    await waitlists.joined(sessionId, student!);
    const booked = await holding(school, WALLET, [student!.id], async (letGo) => {
      const booking = desk.book(elsewhere, student!);
      await waiting(school);
      await desk.act(seat, 'cancel', holder!);
      await waiting(school, 2);
      await letGo();
      return booking;
    });
    await school.quiet();
    // Whoever had the wallet first.
    const here = await waitlists.seated(sessionId);
    expect(here).toEqual(booked.status === 201 ? [] : [student!.id]);
    expect(await waitlists.statuses(sessionId)).toEqual([booked.status === 201 ? 'WAITING' : 'PROMOTED']);
    expect(await desk.wallets([student!])).toEqual([{ balance: 5000, held: 1000 }]);
  });
});

describe('a promotion that ends half-way', () => {
  /** Three wait, of whom the first has no money; two seats become free, and the promotion fails at the third who waits. */
  async function halfWay(): Promise<{ sessionId: string; line: Person[] }> {
    const [sessionId, line] = [await filled(2), [await desk.person(0), ...(await desk.people(2))]];
    await waitlists.joined(sessionId, ...line);
    const execute = Reflect.get<PromoteEntry, 'execute'>(PromoteEntry.prototype, 'execute');
    jest.spyOn(PromoteEntry.prototype, 'execute').mockImplementation(function (this: PromoteEntry, entry, promotion) {
      if (entry.studentId === line[2]!.id) throw new Error('the power is gone');
      return execute.call(this, entry, promotion);
    });
    expectStatus(200, await desk.edit(sessionId, { capacity: 4 }));
    await school.settle();
    expect(await waitlists.statuses(sessionId)).toEqual(['WAITING', 'PROMOTED', 'WAITING']);
    expect(await waitlists.offered(sessionId)).toBe(true);
    return { sessionId, line };
  }

  it('is resumed: no seat goes to anybody else meanwhile, and nobody is told twice', async () => {
    const { sessionId, line } = await halfWay();
    const direct = await desk.person();
    expect(await desk.book(sessionId, direct)).toMatchObject({ status: 409, body: { code: 'SESSION_FULL' } });
    jest.restoreAllMocks();
    school.clock.advance(2);
    await school.quiet();
    expect(await waitlists.statuses(sessionId)).toEqual(['WAITING', 'PROMOTED', 'PROMOTED']);
    expect(await waitlists.offered(sessionId)).toBe(false);
    expect(await Promise.all(line.map((one) => waitlists.told(one)))).toEqual([
      ['waitlist-skipped'],
      ['waitlist-promoted'],
      ['waitlist-promoted'],
    ]);
  });

  it('and fails there each time passes that one over in the end, so that others may book', async () => {
    const { sessionId, line } = await halfWay();
    for (let turn = 0; turn < 4; turn += 1) {
      school.clock.advance(20);
      await school.quiet();
    }
    expect(await waitlists.offered(sessionId)).toBe(false);
    expect(await waitlists.line(sessionId)).toMatchObject([
      { status: 'WAITING' },
      { status: 'PROMOTED' },
      { status: 'WAITING', reason: 'INTERNAL_ERROR' },
    ]);
    expect(await waitlists.told(line[2]!)).toEqual([]);
    await desk.booked(sessionId, await desk.person());
  });

  it('because its process died is taken up by another when the lease ends', async () => {
    const [sessionId, line] = [await filled(2), await desk.people(2)];
    await waitlists.lined(sessionId, line);
    await school.sql('UPDATE class_sessions SET capacity = 4 WHERE id = $1', [sessionId]);
    // As a claim leaves it.
    await school.sql('INSERT INTO waitlist_promotions (session_id, due_at, tries) VALUES ($1, $2, 1)', [
      sessionId,
      new Date(school.clock.now().getTime() + 5000),
    ]);
    await school.settle();
    expect(await waitlists.statuses(sessionId)).toEqual(['WAITING', 'WAITING']);
    school.clock.advance(5);
    await school.quiet();
    expect(await waitlists.seated(sessionId)).toEqual(expect.arrayContaining(line.map(({ id }) => id)));
    expect(await waitlists.offered(sessionId)).toBe(false);
  });

  it('because somebody else has claimed it takes no further step', async () => {
    const [sessionId, line] = [await filled(1), await desk.people(2)];
    await waitlists.lined(sessionId, line);
    const execute = Reflect.get<PromoteEntry, 'execute'>(PromoteEntry.prototype, 'execute');
    const spy = jest.spyOn(PromoteEntry.prototype, 'execute').mockImplementation(async function (
      this: PromoteEntry,
      entry,
      promotion,
    ) {
      await school.sql('UPDATE waitlist_promotions SET tries = 9, due_at = $2 WHERE session_id = $1', [
        sessionId,
        new Date(school.clock.now().getTime() + 5000),
      ]);
      return execute.call(this, entry, promotion);
    });
    expectStatus(200, await desk.edit(sessionId, { capacity: 3 }));
    await school.settle();
    expect(spy).toHaveBeenCalledTimes(1);
    expect(await waitlists.statuses(sessionId)).toEqual(['WAITING', 'WAITING']);
    expect(await desk.wallets(line)).toEqual(line.map(() => ({ balance: 1000, held: 0 })));
    spy.mockRestore();
    school.clock.advance(6);
    await school.quiet();
    expect(await waitlists.statuses(sessionId)).toEqual(['PROMOTED', 'PROMOTED']);
  });

  it('is run by several processes at once, each seat promoted to once and in order', async () => {
    const [sessionId, line] = [await filled(1), await desk.people(20)];
    await waitlists.lined(sessionId, line);
    expectStatus(200, await desk.edit(sessionId, { capacity: 13 }));
    const sweep = school.app.get(PromoteWaiting);
    await Promise.all(Array.from({ length: 5 }, () => sweep.run()));
    await school.quiet();
    expect(await waitlists.statuses(sessionId)).toEqual(line.map((_, index) => (index < 12 ? 'PROMOTED' : 'WAITING')));
    expect((await waitlists.seated(sessionId)).slice(1)).toEqual(line.slice(0, 12).map(({ id }) => id));
  });
});
