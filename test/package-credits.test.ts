import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SeatDto } from '../src/seats/seats.dto.js';
import { endQuietly } from './support/keep-books.js';
import { Lessons } from './support/lessons.js';
import { PackageDesk } from './support/package-desk.js';
import { openSchool, type School } from './support/school.js';

/* What credits of packages do: pay for seats, come back, are earned. Money that goes back is in package-refunds.test.ts. */

let school: School;
let lessons: Lessons;
let desk: PackageDesk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400' });
  lessons = await Lessons.open(school);
  desk = new PackageDesk(school, lessons);
}, 60_000);
afterAll(() => school.close());
endQuietly(() => school);

const moved = (work: () => unknown) => desk.money.moved(work);
const seatOf = async ({ id }: { id: string }) => (await desk.seats.read({ id })).status;
const used = { 'liability:deferred:packages USD': -3000, 'liability:deferred:sessions USD': 3000 };
const returned = { 'liability:deferred:packages USD': 3000, 'liability:deferred:sessions USD': -3000 };
const earned = { 'liability:deferred:sessions USD': -3000, 'revenue:sessions USD': 3000 };

describe('booking', () => {
  it('takes the oldest credit, then the next, then the wallet, or is refused', async () => {
    const buyer = await desk.student(11_000 * 2);
    const first = await desk.buy({ sessionCount: 1, price: 4000 }, { who: buyer });
    const second = await desk.buy({ sessionCount: 2, price: 9000 }, { who: buyer });
    const [wallet] = await desk.seats.wallets([buyer]);
    expect(wallet).toEqual({ balance: 22_000 - 4760 - 10_710, held: 0 });
    const seats: SeatDto[] = await desk.bookMany({ buyer }, 9);
    expect(seats.map(({ status, paymentMethod, amount, tax }) => [status, paymentMethod, amount, tax])).toEqual([
      ['PAID', 'PACKAGE', 4760, 760],
      ['PAID', 'PACKAGE', 5355, 855],
      ['PAID', 'PACKAGE', 5355, 855],
      ...Array.from({ length: 6 }, () => ['LOCKED', 'WALLET', 1000, 160]),
    ]);
    expect([await desk.read(first), await desk.read(second)]).toEqual(
      Array(2).fill({ status: 'EXHAUSTED', remaining: 0, refunded: 0, suspended: false, net: 0, tax: 0 }),
    );
    const nothing = await moved(async () => {
      expect(await desk.seats.book(await desk.session(), buyer)).toMatchObject({
        status: 400,
        body: { code: 'INSUFFICIENT_CREDITS_OR_BALANCE', detail: 'Insufficient package credits or wallet balance' },
      });
    });
    expect(nothing).toEqual({});
    expect((await desk.seats.wallets([buyer]))[0]).toEqual({ balance: 6530, held: 6000 });
  });

  it("moves what the credit stands for, and takes none of another student's, nor of another class", async () => {
    const bought = await desk.buy({ sessionCount: 2, price: 6000 });
    expect(await moved(() => desk.book(bought))).toEqual(used);
    expect(await desk.read(bought)).toMatchObject({ status: 'ACTIVE', remaining: 1, net: 3000, tax: 570 });
    const stranger = await desk.student();
    expect((await desk.seats.book(await desk.session(), stranger)).status).toBe(400);
    const other = await Lessons.open(school);
    expect((await desk.seats.book(await other.session(), bought.buyer)).status).toBe(400);
    expect(await desk.read(bought)).toMatchObject({ status: 'ACTIVE', remaining: 1 });
  });

  it('of a session without a price leaves the credits alone; the same request again takes one', async () => {
    const bought = await desk.buy({ sessionCount: 3 });
    await desk.book(bought, { price: 0, tax: 0 });
    expect(await desk.read(bought)).toMatchObject({ remaining: 3 });
    const [sessionId, headers] = [await desk.session(), { 'idempotency-key': 'with-a-credit' }];
    const first = await desk.seats.book(sessionId, bought.buyer, headers);
    expect((await desk.seats.book(sessionId, bought.buyer, headers)).body).toEqual(first.body);
    expect(await desk.seats.book(sessionId, bought.buyer)).toMatchObject({
      body: { code: 'ALREADY_ENROLLED_IN_SESSION' },
    });
    expect(await desk.read(bought)).toMatchObject({ remaining: 2 });
    const full = await desk.session({ capacity: 1 });
    await desk.seats.booked(full, await desk.student(1000));
    expect(await desk.seats.book(full, bought.buyer)).toMatchObject({ body: { code: 'SESSION_FULL' } });
    expect(await desk.read(bought)).toMatchObject({ remaining: 2 });
  });
});

describe.each(['STRICT', 'FLEXIBLE', 'MANUAL'] as const)('a seat of a %s class', (policy) => {
  it('is paid at once, and earned when the session was held, whether or not its student came', async () => {
    const [here, absent] = [await desk.buy(), await desk.buy()];
    const sessionId = await desk.session({ policy, startsInHours: 0.5, noShowFee: policy === 'FLEXIBLE' ? 250 : 0 });
    const seats: SeatDto[] = [];
    const taken = await moved(async () => {
      for (const { buyer } of [here, absent]) seats.push(await desk.seats.booked(sessionId, buyer));
    });
    expect(taken).toEqual({ 'liability:deferred:packages USD': -6000, 'liability:deferred:sessions USD': 6000 });
    expect(seats.map(({ status }) => status)).toEqual(['PAID', 'PAID']);
    const attended = await moved(async () => {
      await desk.seats.moved(sessionId, 'check-in');
      expect(await desk.seats.act(seats[0]!, 'check-in', lessons.staff)).toMatchObject({ body: { status: 'PAID' } });
      await desk.seats.moved(sessionId, 'start');
      expect(await desk.seats.act(seats[1]!, 'no-show', lessons.staff)).toMatchObject({ body: { status: 'NO_SHOW' } });
    });
    expect(attended).toEqual({});
    const delivered = await moved(() => desk.seats.moved(sessionId, 'finish'));
    expect(delivered).toEqual({ 'liability:deferred:sessions USD': -6000, 'revenue:sessions USD': 6000 });
    expect(await Promise.all(seats.map((seat) => desk.seats.read(seat)))).toMatchObject([
      { status: 'PAID', paid: 3570, entries: ['seat.paid-credit', 'seat.delivered'] },
      { status: 'NO_SHOW', paid: 3570, entries: ['seat.paid-credit', 'seat.delivered'] },
    ]);
    expect([await desk.read(here), await desk.read(absent)]).toMatchObject([{ remaining: 2 }, { remaining: 2 }]);
    // An admin is never too late, and what was earned is earned no more.
    const back = await moved(() => desk.cancel(seats[1]!, school.admin));
    expect(back).toEqual({ 'liability:deferred:packages USD': 3000, 'revenue:sessions USD': -3000 });
    expect(await desk.read(absent)).toMatchObject({ status: 'ACTIVE', remaining: 3, net: 9000, tax: 1710 });
  });
});

describe('a credit comes back', () => {
  it('to the package that it came from, which is active again, with the same money', async () => {
    const who = await desk.student(50_000);
    const one = await desk.buy({ sessionCount: 1, price: 3000 }, { who });
    const two = await desk.buy({ sessionCount: 2, price: 8000 }, { who });
    const seats = await desk.bookMany(one, 3);
    expect(await desk.read(two)).toMatchObject({ status: 'EXHAUSTED', remaining: 0 });
    expect(await moved(() => desk.cancel(seats[0]!, who))).toEqual(returned);
    expect(await desk.read(one)).toMatchObject({ status: 'ACTIVE', remaining: 1, net: 3000, tax: 570 });
    expect(await desk.read(two)).toMatchObject({ status: 'EXHAUSTED', remaining: 0 });
    const again = await moved(() => desk.cancel(seats[0]!, who));
    expect(again).toEqual({});
    expect(await desk.read(one)).toMatchObject({ remaining: 1 });
    await desk.cancel(seats[2]!, who);
    // The oldest first, though it came back first.
    const [next] = await desk.bookMany(one, 1);
    expect(next).toMatchObject({ amount: 3570 });
    expect(await desk.read(two)).toMatchObject({ status: 'ACTIVE', remaining: 1, net: 4000, tax: 760 });
  });

  it('until two hours before for the student, at any time for an admin', async () => {
    const bought = await desk.buy({ sessionCount: 1, price: 3000 });
    const seat = await desk.book(bought, { startsInHours: 1.9 });
    const late = await moved(async () => {
      expect(await desk.seats.act(seat, 'cancel', bought.buyer)).toMatchObject({
        status: 400,
        body: { detail: 'Cannot cancel less than 2 hours before session' },
      });
      expect((await desk.seats.act(seat, 'cancel', lessons.staff)).status).toBe(404);
    });
    expect(late).toEqual({});
    expect(await moved(() => desk.cancel(seat, school.admin))).toEqual(returned);
    expect(await desk.read(bought)).toMatchObject({ status: 'ACTIVE', remaining: 1 });
  });

  it('once when the center cancels, though the session is taken up again', async () => {
    const bought = await desk.buy({ sessionCount: 1, price: 3000 });
    const sessionId = await desk.session({ startsInHours: 5 });
    const seat = await desk.seats.booked(sessionId, bought.buyer);
    expect(await moved(() => desk.seats.moved(sessionId, 'cancel'))).toEqual(returned);
    expect(await seatOf(seat)).toBe('CANCELLED');
    expect(await desk.read(bought)).toMatchObject({ status: 'ACTIVE', remaining: 1, net: 3000, tax: 570 });
    const at = (hours: number) => new Date(school.clock.now().getTime() + hours * 3_600_000).toISOString();
    const again = await moved(async () => {
      const body = { startTime: at(7), endTime: at(8) };
      expect((await school.post(`/sessions/${sessionId}/schedule`, body, lessons.staff.token)).status).toBe(200);
      await school.quiet();
      await desk.seats.moved(sessionId, 'cancel');
    });
    expect(again).toEqual({});
    expect(await desk.read(bought)).toMatchObject({ status: 'ACTIVE', remaining: 1, net: 3000, tax: 570 });
  });

  it('when a session is missed', async () => {
    const bought = await desk.buy({ sessionCount: 1, price: 3000 });
    const seat = await desk.book(bought, { startsInHours: 3 });
    const missed = await moved(async () => {
      school.clock.advance(4.1 * 3600);
      await school.quiet();
      await school.quiet();
    });
    expect(missed).toEqual(returned);
    expect(await desk.seats.read(seat)).toMatchObject({ status: 'CANCELLED', reason: 'SESSION_MISSED' });
    expect(await desk.read(bought)).toMatchObject({ status: 'ACTIVE', remaining: 1 });
  });

  it('when a session moves to where its student is already', async () => {
    const bought = await desk.buy({ sessionCount: 2, price: 6000 });
    const [one, other] = [await desk.session({ startsInHours: 30 }), await desk.session({ startsInHours: 40 })];
    const [kept, lost] = [await desk.seats.booked(one, bought.buyer), await desk.seats.booked(other, bought.buyer)];
    const overlap = await moved(async () => {
      const [row] = await school.sql<{ start: Date; end: Date }>(
        'SELECT start_time AS start, end_time AS end FROM class_sessions WHERE id = $1',
        [one],
      );
      expect((await desk.seats.edit(other, { startTime: row!.start, endTime: row!.end })).status).toBe(200);
    });
    expect(overlap).toEqual(returned);
    expect([await seatOf(kept), await desk.seats.read(lost)]).toMatchObject([
      'PAID',
      { status: 'CANCELLED', reason: 'OVERLAPS' },
    ]);
    expect(await desk.read(bought)).toMatchObject({ status: 'ACTIVE', remaining: 1, net: 3000, tax: 570 });
  });
});

describe('prices that do not divide', () => {
  it.each([
    ['US', 'USD', 10_000, 3, [3333, 3333, 3334]],
    ['US', 'USD', 100, 7, [14, 14, 14, 14, 14, 15, 15]],
    ['US', 'USD', 2, 5, [0, 0, 0, 1, 1]],
    ['DE', 'USD', 10_000, 3, [3966, 3966, 3968]],
    ['DE', 'USD', 100, 7, [16, 16, 17, 17, 17, 18, 18]],
    ['DE', 'KWD', 12_345, 4, [3672, 3672, 3673, 3674]],
    ['DE', 'UGX', 10_000, 3, [3966, 3966, 3968]],
  ])('%s %s: %i for %i', async (country, currency, price, sessionCount, worth) => {
    await desk.move(country, currency);
    try {
      const total = worth.reduce((sum, one) => sum + one, 0);
      const tax = total - price;
      const books = (entries: Record<string, number>) =>
        Object.fromEntries(
          Object.entries(entries).flatMap(([code, amount]) => (amount === 0 ? [] : [[`${code} ${currency}`, amount]])),
        );
      const all = await moved(async () => {
        const bought = await desk.buy({ price, sessionCount });
        const seats = await desk.bookMany(bought, sessionCount);
        expect(seats.map(({ paidAmount }) => paidAmount)).toEqual(worth);
        expect(seats.map(({ currency: of }) => of)).toEqual(seats.map(() => currency));
        // Some come back, in another order, and are used again: they stand for what came back, and no unit is lost.
        const back = [seats[1]!, seats.at(-1)!, seats[0]!];
        for (const seat of back) await desk.cancel(seat, bought.buyer);
        const sum = (some: SeatDto[]) => some.reduce((so, { paidAmount }) => so + paidAmount, 0);
        const kept = await desk.read(bought);
        expect(kept).toMatchObject({ status: 'ACTIVE', remaining: 3 });
        expect(kept.net + kept.tax).toBe(sum(back));
        const reused = await desk.bookMany(bought, 3);
        expect(sum(reused)).toBe(sum(back));
        expect(await desk.read(bought)).toMatchObject({ status: 'EXHAUSTED', net: 0, tax: 0 });
        await desk.hold(...reused, ...seats.filter((one) => !back.includes(one)));
      });
      expect(all).toEqual(
        books({
          'equity:opening': -Math.ceil(price * 1.25),
          'liability:wallet:buyer': Math.ceil(price * 1.25) - total,
          [`liability:tax:${country.toLowerCase()}`]: tax,
          'revenue:sessions': price,
        }),
      );
    } finally {
      await desk.move('DE');
    }
  });
});

it('finished sessions leave nothing deferred', async () => {
  const all = await moved(async () => {
    const bought = await desk.buy({ sessionCount: 2, price: 6000 });
    const seats = await desk.bookMany(bought, 2);
    expect(await moved(() => desk.hold(seats[0]!))).toEqual(earned);
    expect(await moved(() => desk.hold(seats[1]!))).toEqual(earned);
  });
  expect(all).toMatchObject({ 'revenue:sessions USD': 6000, 'liability:tax:de USD': 1140 });
  expect(Object.keys(all).filter((code) => code.includes('deferred'))).toEqual([]);
});
