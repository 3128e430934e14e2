import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../src/platform/ids/index.js';
import { endQuietly } from './support/keep-books.js';
import { Lessons } from './support/lessons.js';
import { PackageDesk } from './support/package-desk.js';
import type { Person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';
import { SeatDesk } from './support/seat-desk.js';
import { type FullSession, WaitlistDesk } from './support/waitlist-desk.js';

/* Who waits for a seat in a full session, and who gets the one that becomes free. */

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
endQuietly(() => school);

const inHours = (hours: number) => new Date(school.clock.now().getTime() + hours * 3_600_000).toISOString();
const cancel = async ({ seats, holders }: FullSession, index = 0) =>
  expectStatus(200, await desk.act(seats[index]!, 'cancel', holders[index]!));

/** A session with no seat left, and somebody who waits for one. */
async function awaited(terms?: Parameters<WaitlistDesk['full']>[0]): Promise<FullSession & { waiting: Person }> {
  const [full, waiting] = [await waitlists.full(terms), await desk.person()];
  await waitlists.joined(full.sessionId, waiting);
  return { ...full, waiting };
}

const seat = { status: 'PROMOTED', seatId: expect.stringMatching(/^bkg_/) };

async function expectPromoted({ sessionId, waiting }: { sessionId: string; waiting: Person }): Promise<void> {
  await school.quiet();
  expect(await waitlists.line(sessionId)).toMatchObject([{ studentId: waiting.id, ...seat }]);
  expect(await waitlists.seated(sessionId)).toContain(waiting.id);
  expect(await waitlists.offered(sessionId)).toBe(false);
}

describe('joining', () => {
  it('answers the place in the line, which the calendar shows too', async () => {
    const [{ sessionId }, [first, second]] = [await waitlists.full(), await desk.people(2)];
    const entries = await waitlists.joined(sessionId, first!, second!);
    expect(entries).toEqual(
      [1, 2].map((position) => ({
        id: expect.stringMatching(/^wtl_/),
        sessionId,
        status: 'WAITING',
        position,
        createdAt: expect.any(String),
      })),
    );
    expect(await waitlists.inCalendar(sessionId, second!)).toMatchObject({ waitlistPosition: 2, booking: null });
    expect(await waitlists.inCalendar(sessionId, await desk.person())).toMatchObject({ waitlistPosition: null });
  });

  it('again, and many times at once, is the same place', async () => {
    const [{ sessionId }, [first, second]] = [await waitlists.full(), await desk.people(2)];
    const [entry] = await waitlists.joined(sessionId, first!, second!);
    expect(await waitlists.joined(sessionId, first!, first!)).toEqual([entry, entry]);
    const third = await desk.person();
    const answers = await Promise.all(Array.from({ length: 8 }, () => waitlists.join(sessionId, third)));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.id} ${body.position}`)).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 201, body: { position: 3 } });
    expect(await waitlists.statuses(sessionId)).toEqual(['WAITING', 'WAITING', 'WAITING']);
  });

  it.each<[string, number, string, (full: FullSession) => Promise<[sessionId: string, by: Person]>]>([
    ['a session that is not there', 404, 'NOT_FOUND', async () => [newId('classSession'), await desk.person()]],
    [
      'a session with seats left',
      409,
      'SEATS_LEFT',
      async (full) => {
        await cancel(full);
        return [full.sessionId, await desk.person()];
      },
    ],
    [
      'a session in which one has a seat',
      400,
      'ALREADY_ENROLLED_IN_SESSION',
      ({ sessionId, holders }) => Promise.resolve([sessionId, holders[0]!]),
    ],
    [
      'a session whose cancellation window has begun',
      400,
      'WAITLIST_CLOSED',
      async ({ sessionId }) => {
        const at = new Date(school.clock.now().getTime() - 1);
        await school.sql('UPDATE class_sessions SET cancel_until = $2 WHERE id = $1', [sessionId, at]);
        return [sessionId, await desk.person()];
      },
    ],
    [
      'a session that is canceled',
      400,
      'WAITLIST_CLOSED',
      async ({ sessionId }) => {
        await desk.moved(sessionId, 'cancel');
        return [sessionId, await desk.person()];
      },
    ],
  ])('is refused for %s', async (_, status, code, prepare) => {
    const full = await waitlists.full();
    const [sessionId, by] = await prepare(full);
    await school.quiet();
    expect(await waitlists.join(sessionId, by)).toMatchObject({ status, body: { code } });
    expect(await waitlists.line(full.sessionId)).toEqual([]);
    expect((await waitlists.leave(sessionId, by)).status).toBe(404);
  });

  it('is for students: staff and admins have to be one too', async () => {
    const { sessionId } = await waitlists.full();
    for (const role of ['STAFF', 'ADMIN', 'INSTRUCTOR'] as const) {
      const one = await desk.person(0, [role]);
      expect([role, (await waitlists.join(sessionId, one)).status]).toEqual([role, 403]);
      expect([role, (await waitlists.leave(sessionId, one)).status]).toEqual([role, 403]);
    }
    expect((await waitlists.join(sessionId, { id: '', email: '', token: '' })).status).toBe(401);
    expect(await waitlists.line(sessionId)).toEqual([]);
    await waitlists.joined(sessionId, school.admin);
    expect(await waitlists.line(sessionId)).toMatchObject([{ studentId: school.admin.id }]);
  });

  it('is possible for two sessions at the same time, and for one that overlaps a seat', async () => {
    const [one, other, elsewhere] = [await waitlists.full(), await waitlists.full(), await lessons.session()];
    const student = await desk.person();
    await desk.booked(elsewhere, student);
    await waitlists.joined(one.sessionId, student);
    await waitlists.joined(other.sessionId, student);
  });

  it('shows staff a session of another branch for which they wait', async () => {
    const foreign = await Lessons.open(school);
    const { sessionId } = await waitlists.full();
    const both = await desk.person(0, ['STUDENT', 'STAFF']);
    await school.sql('INSERT INTO branch_staff (branch_id, user_id, created_at) VALUES ($1, $2, $3)', [
      foreign.branchId,
      both.id,
      school.clock.now(),
    ]);
    expect(await waitlists.inCalendar(sessionId, both)).toBeUndefined();
    await waitlists.joined(sessionId, both);
    expect(await waitlists.inCalendar(sessionId, both)).toMatchObject({ waitlistPosition: 1 });
  });
});

describe('leaving', () => {
  it("gives up one's own place and nobody else's; joining again is at the end", async () => {
    const [full, [first, second]] = [await waitlists.full(), await desk.people(2)];
    const { sessionId } = full;
    const [left] = await waitlists.joined(sessionId, first!, second!);
    expect((await waitlists.leave(sessionId, first!)).status).toBe(204);
    expect(await waitlists.leave(sessionId, first!)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    expect(await waitlists.inCalendar(sessionId, second!)).toMatchObject({ waitlistPosition: 1 });
    const [again] = await waitlists.joined(sessionId, first!);
    expect(again).toMatchObject({ position: 2 });
    expect(again!.id).not.toBe(left!.id);
    await cancel(full);
    await school.quiet();
    expect(await waitlists.statuses(sessionId)).toEqual(['LEFT', 'PROMOTED', 'WAITING']);
    expect(await waitlists.seated(sessionId)).toEqual([second!.id]);
  });
});

describe('a seat that becomes free goes to who waits', () => {
  it('when its student cancels: held in the wallet as any booking is, told once', async () => {
    const session = await awaited();
    await cancel(session);
    await expectPromoted(session);
    expect(await desk.wallets([session.waiting, session.holders[0]!])).toEqual([
      { balance: 1000, held: 1000 },
      { balance: 5000, held: 0 },
    ]);
    expect(await waitlists.told(session.waiting)).toEqual(['waitlist-promoted']);
    expect(await waitlists.told(session.holders[0]!)).toEqual([]);
    const message = school.mail.messages().find(({ to }) => to.includes(session.waiting.email));
    expect(message!.subject).toMatch(/^You have a seat: Algebra, /);
    expect(message!.text).toContain('Paid: $10.00, held in your wallet\n');
    expect(await waitlists.inCalendar(session.sessionId, session.waiting)).toMatchObject({
      waitlistPosition: null,
      booking: { status: 'LOCKED' },
      seatsLeft: 0,
    });
  });

  it('when an admin cancels', async () => {
    const session = await awaited();
    expectStatus(200, await desk.act(session.seats[0]!, 'cancel', school.admin));
    await expectPromoted(session);
  });

  it('when an admin releases it', async () => {
    const session = await awaited({ policy: 'MANUAL' });
    expectStatus(200, await desk.act(session.seats[0]!, 'release', school.admin));
    await expectPromoted(session);
  });

  it('when the capacity is raised', async () => {
    const session = await awaited();
    expectStatus(200, await desk.edit(session.sessionId, { capacity: 2 }));
    await expectPromoted(session);
    expect(await lessons.taken(session.sessionId)).toBe(2);
  });

  it('when the session moves to a time at which its student is elsewhere, who is told', async () => {
    const session = await awaited();
    const [holder] = session.holders;
    await desk.booked(await lessons.session({ startsInHours: 60 }), holder!);
    expectStatus(200, await desk.edit(session.sessionId, { startTime: inHours(60.5) }));
    await expectPromoted(session);
    expect(await desk.read(session.seats[0]!)).toMatchObject({ status: 'CANCELLED', reason: 'OVERLAPS' });
    expect(await waitlists.told(holder!)).toEqual(['session-rescheduled']);
  });

  it('when the session moves to a time at which who waits can come', async () => {
    const session = await awaited();
    await desk.booked(await lessons.session(), session.waiting);
    await cancel(session);
    await school.quiet();
    expect(await waitlists.line(session.sessionId)).toMatchObject([{ status: 'WAITING', reason: 'SESSIONS_OVERLAP' }]);
    await waitlists.topUp(session.waiting);
    expectStatus(200, await desk.edit(session.sessionId, { startTime: inHours(70) }));
    await expectPromoted(session);
    expect(await waitlists.told(session.waiting)).toEqual(['waitlist-skipped', 'waitlist-promoted']);
  });

  it('first come, first served', async () => {
    const [full, people] = [await waitlists.full({ capacity: 3 }), await desk.people(4)];
    await waitlists.joined(full.sessionId, ...people);
    for (const [index, { id }] of people.slice(0, 3).entries()) {
      await cancel(full, index);
      await school.quiet();
      expect((await waitlists.seated(full.sessionId)).at(-1)).toBe(id);
    }
    expect(await waitlists.statuses(full.sessionId)).toEqual(['PROMOTED', 'PROMOTED', 'PROMOTED', 'WAITING']);
  });

  it('a package credit before the wallet', async () => {
    const packages = new PackageDesk(school, lessons);
    const { buyer, id } = await packages.buy();
    await waitlists.topUp(buyer, 5000);
    const [before] = await desk.wallets([buyer]);
    const full = await waitlists.full();
    await waitlists.joined(full.sessionId, buyer);
    await cancel(full);
    await expectPromoted({ ...full, waiting: buyer });
    expect(await packages.read({ id })).toMatchObject({ remaining: 2 });
    expect(await desk.wallets([buyer])).toEqual([before]);
    expect(await waitlists.told(buyer)).toContain('waitlist-promoted');
  });

  it('and to nobody else meanwhile, also at the door', async () => {
    const [sessionId, [other, late]] = [await lessons.session({ capacity: 1 }), await desk.people(2)];
    // As it stands while another process offers them.
    await school.sql('INSERT INTO waitlist_promotions (session_id, due_at, tries) VALUES ($1, $2, 1)', [
      sessionId,
      inHours(1),
    ]);
    const full = { status: 409, body: { code: 'SESSION_FULL' } };
    expect(await desk.book(sessionId, other!)).toMatchObject(full);
    expect(await desk.cash(sessionId, other!)).toMatchObject(full);
    expect(await desk.wallets([other!])).toEqual([{ balance: 1000, held: 0 }]);
    await waitlists.joined(sessionId, late!);
    await expectPromoted({ sessionId, waiting: late! });
  });

  it('at the door it is sold once check-in is open', async () => {
    const [sessionId, walkIn] = [await lessons.session({ startsInHours: 0.5 }), await desk.person()];
    await desk.moved(sessionId, 'check-in');
    await school.sql('INSERT INTO waitlist_promotions (session_id, due_at, tries) VALUES ($1, $2, 1)', [
      sessionId,
      inHours(1),
    ]);
    expectStatus(201, await desk.cash(sessionId, walkIn));
    await school.sql('DELETE FROM waitlist_promotions WHERE session_id = $1', [sessionId]);
  });
});

describe('who cannot have it', () => {
  it('for want of money is told, keeps the place, and gets the next one after topping up', async () => {
    const [full, poor, rich] = [await waitlists.full({ capacity: 2 }), await desk.person(999), await desk.person()];
    await waitlists.joined(full.sessionId, poor, rich);
    await cancel(full);
    await school.quiet();
    expect(await waitlists.line(full.sessionId)).toMatchObject([
      { studentId: poor.id, status: 'WAITING', reason: 'INSUFFICIENT_CREDITS_OR_BALANCE' },
      { studentId: rich.id, ...seat, reason: null },
    ]);
    expect(await waitlists.told(poor)).toEqual(['waitlist-skipped']);
    expect(await desk.wallets([poor])).toEqual([{ balance: 999, held: 0 }]);
    expect(await waitlists.inCalendar(full.sessionId, poor)).toMatchObject({ waitlistPosition: 1 });

    const late = await desk.person();
    await waitlists.joined(full.sessionId, late);
    await waitlists.topUp(poor);
    await cancel(full, 1);
    await school.quiet();
    expect(await waitlists.statuses(full.sessionId)).toEqual(['PROMOTED', 'PROMOTED', 'WAITING']);
    expect(await waitlists.told(poor)).toEqual(['waitlist-skipped', 'waitlist-promoted']);
    expect(await waitlists.told(late)).toEqual([]);
  });

  it('is told each time that a seat is passed on, and none is kept from others', async () => {
    const [full, poor] = [await waitlists.full({ capacity: 2 }), await desk.person(0)];
    await waitlists.joined(full.sessionId, poor);
    for (const [index, direct] of (await desk.people(2)).entries()) {
      await cancel(full, index);
      await school.quiet();
      expect(await waitlists.offered(full.sessionId)).toBe(false);
      await desk.booked(full.sessionId, direct);
    }
    expect(await waitlists.told(poor)).toEqual(['waitlist-skipped', 'waitlist-skipped']);
    expect(await waitlists.statuses(full.sessionId)).toEqual(['WAITING']);
  });

  it('and has a seat then leaves the lines of other sessions at that time, and no others', async () => {
    const [one, other] = [await waitlists.full(), await waitlists.full()];
    const later = await waitlists.full({ startsInHours: 52 });
    const [both, next] = [await desk.person(5000), await desk.person()];
    await waitlists.joined(one.sessionId, both);
    await waitlists.joined(other.sessionId, both, next);
    await waitlists.joined(later.sessionId, both);
    await cancel(one);
    await school.quiet();
    expect(await waitlists.statuses(one.sessionId)).toEqual(['PROMOTED']);
    expect(await waitlists.statuses(other.sessionId)).toEqual(['LEFT', 'WAITING']);
    expect(await waitlists.statuses(later.sessionId)).toEqual(['WAITING']);
    await cancel(other);
    await school.quiet();
    expect(await waitlists.line(other.sessionId)).toMatchObject([
      { studentId: both.id, status: 'LEFT', reason: null },
      { studentId: next.id, ...seat },
    ]);
    expect(await waitlists.told(both)).toEqual(['waitlist-promoted']);
    expect(await desk.wallets([both])).toEqual([{ balance: 5000, held: 1000 }]);
  });

  it('of two waitlists at different times they may get both', async () => {
    const [one, other] = [await waitlists.full(), await waitlists.full({ startsInHours: 50 })];
    const both = await desk.person(5000);
    for (const { sessionId } of [one, other]) await waitlists.joined(sessionId, both);
    for (const full of [one, other]) await cancel(full);
    await school.quiet();
    for (const { sessionId } of [one, other]) expect(await waitlists.statuses(sessionId)).toEqual(['PROMOTED']);
    expect(await desk.wallets([both])).toEqual([{ balance: 5000, held: 2000 }]);
  });

  it('is not told of a seat when there is none left', async () => {
    const [full, [first, second]] = [await waitlists.full(), await desk.people(2, 5000)];
    await waitlists.joined(full.sessionId, first!, second!);
    await desk.booked(await lessons.session(), second!);
    await cancel(full);
    await school.quiet();
    expect(await waitlists.line(full.sessionId)).toMatchObject([
      { status: 'PROMOTED' },
      { status: 'WAITING', reason: null },
    ]);
    expect(await waitlists.told(second!)).toEqual([]);
  });
});

describe('who books a seat while they wait', () => {
  /** Passed over once, they book the seat that is left. */
  async function bookedMeanwhile(): Promise<{ sessionId: string; student: Person; booked: { id: string } }> {
    const [full, student] = [await waitlists.full(), await desk.person(0)];
    await waitlists.joined(full.sessionId, student);
    await cancel(full);
    await school.quiet();
    await waitlists.topUp(student);
    return { sessionId: full.sessionId, student, booked: await desk.booked(full.sessionId, student) };
  }

  it('waits no longer, and is not told', async () => {
    const { sessionId, student, booked } = await bookedMeanwhile();
    await school.quiet();
    expect(await waitlists.line(sessionId)).toMatchObject([{ status: 'PROMOTED', seatId: booked.id }]);
    expect(await waitlists.told(student)).toEqual(['waitlist-skipped']);
    expect(await waitlists.inCalendar(sessionId, student)).toMatchObject({ waitlistPosition: null });
  });

  it('does not get back what they give up at once', async () => {
    const { sessionId, student, booked } = await bookedMeanwhile();
    expectStatus(200, await desk.act(booked, 'cancel', student));
    await school.quiet();
    expect(await waitlists.line(sessionId)).toMatchObject([{ status: 'PROMOTED', seatId: booked.id }]);
    expect(await waitlists.seated(sessionId)).toEqual([]);
    expect(await desk.wallets([student])).toEqual([{ balance: 1000, held: 0 }]);
  });
});

describe('the waitlist is closed', () => {
  it('when the cancellation window begins: what becomes free then is anybody’s', async () => {
    const session = await awaited({ startsInHours: 3 });
    school.clock.advance(3600 + 1);
    await school.quiet();
    expect(await waitlists.statuses(session.sessionId)).toEqual(['CLOSED']);
    expectStatus(200, await desk.act(session.seats[0]!, 'cancel', school.admin));
    await school.quiet();
    expect(await waitlists.seated(session.sessionId)).toEqual([]);
    expect(await waitlists.offered(session.sessionId)).toBe(false);
    await desk.booked(session.sessionId, session.waiting);
    expect(await waitlists.told(session.waiting)).toEqual([]);
  });

  it('before a seat is offered that became free too late', async () => {
    const session = await awaited({ startsInHours: 3 });
    await school.sql('UPDATE class_sessions SET cancel_until = $2 WHERE id = $1', [
      session.sessionId,
      new Date(school.clock.now().getTime() - 1),
    ]);
    expectStatus(200, await desk.act(session.seats[0]!, 'cancel', school.admin));
    await school.quiet();
    expect(await waitlists.line(session.sessionId)).toMatchObject([{ status: 'CLOSED', seatId: null }]);
    expect(await waitlists.offered(session.sessionId)).toBe(false);
  });

  it('when the session is canceled: for good, whoever had a seat is told', async () => {
    const session = await awaited();
    await desk.moved(session.sessionId, 'cancel');
    expect(await waitlists.statuses(session.sessionId)).toEqual(['CLOSED']);
    await school.quiet();
    expect(await waitlists.told(session.holders[0]!)).toEqual(['session-cancelled']);
    expect(await waitlists.told(session.waiting)).toEqual([]);
    const again = { startTime: inHours(90), endTime: inHours(91) };
    expectStatus(200, await school.post(`/sessions/${session.sessionId}/schedule`, again, lessons.staff.token));
    await school.quiet();
    expect(await waitlists.statuses(session.sessionId)).toEqual(['CLOSED']);
    expect(await waitlists.seated(session.sessionId)).toEqual([]);
    expect(await waitlists.offered(session.sessionId)).toBe(false);
  });

  it('when check-in opens, of a class that may be canceled until its start', async () => {
    const session = await awaited({ startsInHours: 0.9 + 2 });
    await school.sql(
      `UPDATE class_sessions SET start_time = start_time - interval '2 h', end_time = end_time - interval '2 h',
       cancel_until = start_time - interval '2 h' WHERE id = $1`,
      [session.sessionId],
    );
    await desk.moved(session.sessionId, 'check-in');
    expect(await waitlists.statuses(session.sessionId)).toEqual(['CLOSED']);
  });

  it('when nobody held the session, whose students are told', async () => {
    const session = await awaited({ startsInHours: 3 });
    school.clock.advance(4 * 3600 + 1);
    await school.quiet();
    expect(await waitlists.statuses(session.sessionId)).toEqual(['CLOSED']);
    expect(await waitlists.told(session.holders[0]!)).toEqual(['session-cancelled']);
  });
});
