import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { endQuietly } from './support/keep-books.js';
import { Lessons } from './support/lessons.js';
import type { Person } from './support/people.js';
import { openSchool, type School } from './support/school.js';
import { SeatDesk, times } from './support/seat-desk.js';

/*
 * Two people want opposite things of one seat, or many the same of one session, at the same moment. Whoever wins, what the losers were told
 * and where the money is must fit it to the cent.
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

const ROUNDS = 30;
const AT_ONCE = 6;
const untouched = { balance: 1000, held: 0 };
const captured = { status: 'CANCELLED', paid: 1000, entries: ['seat.captured', 'seat.given-back'] };

interface Round {
  readonly student: Person;
  readonly sessionId: string;
  readonly seat: { id: string };
}

type Session = Parameters<Lessons['session']>[0];

/** A seat in a session of its own each time; `race` says how it went, and `look` is called when all is quiet. */
async function rounds<T>(
  terms: Session,
  moves: ('check-in' | 'start')[],
  race: (round: Round, index: number) => Promise<T>,
  look: (round: Round, outcome: T) => Promise<void>,
): Promise<T[]> {
  const students = await desk.people(ROUNDS);
  const run = await times(ROUNDS, AT_ONCE, async (index) => {
    const [student, sessionId] = [students[index]!, await lessons.session({ startsInHours: 0.5, ...terms })];
    const seat = await desk.booked(sessionId, student);
    await desk.moved(sessionId, ...moves);
    const round = { student, sessionId, seat };
    return { round, outcome: await race(round, index) };
  });
  await school.quiet();
  for (const { round, outcome } of run) await look(round, outcome);
  return run.map(({ outcome }) => outcome);
}

/** Both at once; every other time the second sets off first. */
async function both<A, B>(index: number, one: () => Promise<A>, other: () => Promise<B>): Promise<[A, B]> {
  if (index % 2 === 0) return Promise.all([one(), other()]);
  const [second, first] = await Promise.all([other(), one()]);
  return [first, second];
}

const wallet = async ({ student }: Round) => (await desk.wallets([student]))[0];
const statuses = (answers: { status: number }[]) => answers.map(({ status }) => status).toSorted();

describe('a seat', () => {
  it('is checked in or canceled by an admin: canceled in the end, and all the money is back', async () => {
    await rounds(
      { policy: 'FLEXIBLE' },
      ['check-in'],
      ({ seat }, index) =>
        both(
          index,
          () => desk.act(seat, 'cancel', school.admin),
          () => desk.act(seat, 'check-in', lessons.staff),
        ),
      async (round, [cancel, checkIn]) => {
        expect(cancel.status).toBe(200);
        if (checkIn.status !== 200) expect(checkIn.body.code).toBe('SEAT_NOT_LIVE');
        const released = { status: 'CANCELLED', paid: 0, entries: [] };
        expect(await desk.read(round.seat)).toMatchObject(checkIn.status === 200 ? captured : released);
        expect(await wallet(round)).toEqual(untouched);
        expect(await lessons.taken(round.sessionId)).toBe(0);
      },
    );
  }, 60_000);

  it('is canceled by its student or captured because check-in opens: one of the two', async () => {
    await rounds(
      { startsInHours: 0.9, policy: 'STRICT' },
      [],
      async ({ seat, student, sessionId }, index) => {
        await school.sql('UPDATE class_sessions SET cancel_until = start_time WHERE id = $1', [sessionId]);
        return both(
          index,
          () => desk.act(seat, 'cancel', student),
          () => desk.move(sessionId, 'check-in'),
        );
      },
      async (round, [cancel, open]) => {
        expect(open.status).toBe(200);
        const [kept, balance] =
          cancel.status === 200
            ? [{ status: 'CANCELLED', paid: 0, entries: [] }, 1000]
            : [{ status: 'PAID', paid: 1000, entries: ['seat.captured'] }, 0];
        if (cancel.status !== 200) expect(cancel.body.code).toBe('TOO_LATE_TO_CANCEL');
        expect(await desk.read(round.seat)).toMatchObject(kept);
        expect(await wallet(round)).toEqual({ balance, held: 0 });
        expect(await lessons.taken(round.sessionId)).toBe(cancel.status === 200 ? 0 : 1);
      },
    );
  }, 60_000);

  it('is captured by STRICT or canceled by an admin: canceled in the end, what was taken is given back once', async () => {
    await rounds(
      { policy: 'STRICT' },
      [],
      ({ seat, sessionId }, index) =>
        both(
          index,
          () => desk.act(seat, 'cancel', school.admin),
          () => desk.move(sessionId, 'check-in'),
        ),
      async (round, answers) => {
        expect(statuses(answers)).toEqual([200, 200]);
        const { status, entries } = await desk.read(round.seat);
        expect(status).toBe('CANCELLED');
        expect([[], captured.entries]).toContainEqual(entries);
        expect(await wallet(round)).toEqual(untouched);
      },
    );
  }, 60_000);

  it('is canceled by two at once: given back by one, whether it was held or paid', async () => {
    for (const moves of [[], ['check-in' as const]]) {
      const events = `SELECT count(*)::int AS n FROM audit_records WHERE object_id = $1 AND action = 'seat.cancelled'`;
      await rounds(
        { policy: 'STRICT' },
        moves,
        async ({ seat }) => {
          if (moves.length > 0) await school.quiet();
          return Promise.all([0, 1, 2].map(() => desk.act(seat, 'cancel', school.admin)));
        },
        async (round, answers) => {
          expect(statuses(answers)).toEqual([200, 200, 200]);
          const entries = moves.length > 0 ? captured.entries : [];
          expect(await desk.read(round.seat)).toMatchObject({ status: 'CANCELLED', reason: 'ADMIN', entries });
          expect(await wallet(round)).toEqual(untouched);
          expect(await lessons.taken(round.sessionId)).toBe(0);
          expect(await school.sql(events, [round.seat.id])).toEqual([{ n: 1 }]);
        },
      );
    }
  }, 60_000);

  it('of a MANUAL class is charged or released: whoever comes first, and the other is told', async () => {
    const outcomes = await rounds(
      { policy: 'MANUAL' },
      ['check-in'],
      ({ seat }, index) =>
        both(
          index,
          () => desk.act(seat, 'charge', school.admin),
          () => desk.act(seat, 'release', school.admin),
        ),
      async (round, [charge, release]) => {
        expect(statuses([charge, release])).toEqual([200, 409]);
        const [kept, balance, taken] =
          charge.status === 200 ? [{ status: 'PAID', paid: 1000 }, 0, 1] : [{ status: 'CANCELLED', paid: 0 }, 1000, 0];
        expect((charge.status === 200 ? release : charge).body.code).toBe('SEAT_NOT_UNDECIDED');
        expect(await desk.read(round.seat)).toMatchObject(kept);
        expect(await wallet(round)).toEqual({ balance, held: 0 });
        expect(await lessons.taken(round.sessionId)).toBe(taken);
      },
    );
    expect(outcomes).toHaveLength(ROUNDS);
  }, 60_000);

  it('is checked in or marked as a no-show: whoever comes first, and the other is told', async () => {
    await rounds(
      { policy: 'FLEXIBLE', noShowFee: 250 },
      ['check-in', 'start'],
      ({ seat }, index) =>
        both(
          index,
          () => desk.act(seat, 'check-in', lessons.staff),
          () => desk.act(seat, 'no-show', lessons.staff),
        ),
      async (round, [checkIn, noShow]) => {
        expect(statuses([checkIn, noShow])).toEqual([200, 409]);
        const [kept, balance, code] =
          checkIn.status === 200
            ? [{ status: 'PAID', paid: 1000 }, 0, 'SEAT_CHECKED_IN']
            : [{ status: 'NO_SHOW', paid: 250 }, 750, 'SEAT_NOT_LIVE'];
        expect((checkIn.status === 200 ? noShow : checkIn).body.code).toBe(code);
        expect(await desk.read(round.seat)).toMatchObject(kept);
        expect(await wallet(round)).toEqual({ balance, held: 0 });
      },
    );
  }, 60_000);

  it('is checked in or its session is finished: paid and earned, or empty and released less the fee', async () => {
    await rounds(
      { policy: 'FLEXIBLE', noShowFee: 250 },
      ['check-in', 'start'],
      ({ seat, sessionId }, index) =>
        both(
          index,
          () => desk.act(seat, 'check-in', lessons.staff),
          () => desk.move(sessionId, 'finish'),
        ),
      async (round, [checkIn, finish]) => {
        expect(finish.status).toBe(200);
        const entries = ['seat.captured', 'seat.delivered'];
        const [kept, balance] =
          checkIn.status === 200
            ? [{ status: 'PAID', paid: 1000, entries }, 0]
            : [{ status: 'NO_SHOW', paid: 250, entries }, 750];
        if (checkIn.status !== 200) expect(['SEAT_NOT_LIVE', 'SESSION_NOT_CHECKING_IN']).toContain(checkIn.body.code);
        expect(await desk.read(round.seat)).toMatchObject(kept);
        expect(await wallet(round)).toEqual({ balance, held: 0 });
      },
    );
  }, 60_000);
});

describe('one student', () => {
  it('books with the same key fifty times at once: one seat, equal answers', async () => {
    const [student, sessionId] = [await desk.person(50_000), await lessons.session({ capacity: 50 })];
    const headers = { 'idempotency-key': 'fifty-times' };
    const answers = await Promise.all(Array.from({ length: 50 }, () => desk.book(sessionId, student, headers)));
    for (const answer of answers) expect(answer).toMatchObject({ status: 201, body: answers[0]!.body });
    expect(answers.filter((answer) => answer.headers.get('idempotent-replayed') === 'true')).toHaveLength(49);
    expect(await desk.count(sessionId)).toEqual({ LOCKED: 1 });
    expect(await desk.wallets([student])).toEqual([{ balance: 50_000, held: 1000 }]);
  });

  it('books without a key twenty times at once: one seat, and the others are told', async () => {
    const [student, sessionId] = [await desk.person(50_000), await lessons.session()];
    const answers = await Promise.all(Array.from({ length: 20 }, () => desk.book(sessionId, student)));
    expect(statuses(answers)).toEqual([201, ...Array<number>(19).fill(400)]);
    for (const { status, body } of answers) if (status === 400) expect(body.code).toBe('ALREADY_ENROLLED_IN_SESSION');
    expect(await lessons.taken(sessionId)).toBe(1);
    expect(await desk.wallets([student])).toEqual([{ balance: 50_000, held: 1000 }]);
  });

  it('is in one of three sessions that overlap, booked and paid at the door at once', async () => {
    const students = await desk.people(10, 5000);
    const sessions = await Promise.all([100, 100.5, 100.9].map((startsInHours) => lessons.session({ startsInHours })));
    const drawer = await desk.drawer();
    let inCash = 0;
    await times(10, 2, async (index) => {
      const student = students[index]!;
      const asked = sessions.flatMap((id) => [desk.book(id, student), desk.cash(id, student)]);
      const answers = await Promise.all(index % 2 === 0 ? asked : asked.toReversed());
      expect(statuses(answers)).toEqual([201, 400, 400, 400, 400, 400]);
      const seat = answers.find(({ status }) => status === 201)!.body;
      if (seat.paymentMethod === 'CASH') inCash += 1;
      expect(await desk.wallets([student])).toEqual([
        { balance: 5000, held: seat.paymentMethod === 'CASH' ? 0 : 1000 },
      ]);
    });
    expect(await desk.drawer()).toBe(drawer + inCash * 1000);
  }, 60_000);
});

describe('the last seat', () => {
  it('is booked or paid at the door: one of them has it, and the drawer and the wallet agree', async () => {
    const students = await desk.people(2 * ROUNDS);
    const drawer = await desk.drawer();
    const sold = await times(ROUNDS, AT_ONCE, async (index) => {
      const sessionId = await lessons.session({ capacity: 1 });
      const [online, door] = [students[2 * index]!, students[2 * index + 1]!];
      const [booking, cash] = await both(
        index,
        () => desk.book(sessionId, online),
        () => desk.cash(sessionId, door),
      );
      expect(statuses([booking, cash])).toEqual([201, 409]);
      expect((booking.status === 201 ? cash : booking).body.code).toBe('SESSION_FULL');
      expect(await lessons.taken(sessionId)).toBe(1);
      expect(await desk.wallets([online, door])).toEqual([
        { balance: 1000, held: booking.status === 201 ? 1000 : 0 },
        untouched,
      ]);
      return cash.status === 201 ? 1000 : 0;
    });
    expect(await desk.drawer()).toBe(drawer + sold.reduce<number>((sum, one) => sum + one, 0));
  }, 60_000);
});
