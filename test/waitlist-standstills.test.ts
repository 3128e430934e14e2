import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { EndWaiting } from '../src/seats/waitlist/end-waiting.js';
import { PromoteEntry } from '../src/seats/waitlist/promote-entry.js';
import { PromoteWaiting } from '../src/seats/waitlist/promote-waiting.js';
import { endQuietly } from './support/keep-books.js';
import { Lessons } from './support/lessons.js';
import type { Person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';
import { holding, SeatDesk, waiting } from './support/seat-desk.js';
import { WaitlistDesk } from './support/waitlist-desk.js';

/* A promotion is stopped half-way, and something else happens meanwhile. */

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

const SESSION = 'SELECT 1 FROM class_sessions WHERE id = $1 FOR NO KEY UPDATE';
const WALLET = `SELECT 1 FROM ledger_accounts WHERE code = 'liability:wallet:' || $1 FOR NO KEY UPDATE`;

describe('stopped at a moment of ours', () => {
  it('who leaves once their seat is being booked has none: the booking is undone, and the next has it', async () => {
    const [holder, student, after] = await desk.people(3);
    const { sessionId, seat } = await waitlists.withOneSeat(holder!);
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
    const { sessionId, seat } = await waitlists.withOneSeat(holder!);
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
    const { sessionId, seat } = await waitlists.withOneSeat(holder!);
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
    const [{ sessionId, seat }, elsewhere] = [await waitlists.withOneSeat(holder!), await lessons.session()];
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
    const [sessionId, line] = [await waitlists.filled(2), [await desk.person(0), ...(await desk.people(2))]];
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
    const [sessionId, line] = [await waitlists.filled(2), await desk.people(2)];
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
    const [sessionId, line] = [await waitlists.filled(1), await desk.people(2)];
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
    const [sessionId, line] = [await waitlists.filled(1), await desk.people(20)];
    await waitlists.lined(sessionId, line);
    expectStatus(200, await desk.edit(sessionId, { capacity: 13 }));
    const sweep = school.app.get(PromoteWaiting);
    await Promise.all(Array.from({ length: 5 }, () => sweep.run()));
    await school.quiet();
    expect(await waitlists.statuses(sessionId)).toEqual(line.map((_, index) => (index < 12 ? 'PROMOTED' : 'WAITING')));
    expect((await waitlists.seated(sessionId)).slice(1)).toEqual(line.slice(0, 12).map(({ id }) => id));
  });
});
