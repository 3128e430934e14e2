import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { endQuietly } from './support/keep-books.js';
import { Lessons } from './support/lessons.js';
import { PackageDesk } from './support/package-desk.js';
import type { Person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';
import { SeatDesk } from './support/seat-desk.js';
import { WaitlistDesk } from './support/waitlist-desk.js';

/* A seat that becomes free goes to who waits, and who cannot have it at that moment keeps their place. */

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

const seat = { status: 'PROMOTED', seatId: expect.stringMatching(/^bkg_/) };

async function expectPromoted({ sessionId, waiting }: { sessionId: string; waiting: Person }): Promise<void> {
  await school.quiet();
  expect(await waitlists.line(sessionId)).toMatchObject([{ studentId: waiting.id, ...seat }]);
  expect(await waitlists.seated(sessionId)).toContain(waiting.id);
  expect(await waitlists.offered(sessionId)).toBe(false);
}

describe('a seat that becomes free goes to who waits', () => {
  it('when its student cancels: held in the wallet as any booking is, told once', async () => {
    const session = await waitlists.awaited();
    await waitlists.cancel(session);
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
    const session = await waitlists.awaited();
    expectStatus(200, await desk.act(session.seats[0]!, 'cancel', school.admin));
    await expectPromoted(session);
  });

  it('when an admin releases it', async () => {
    const session = await waitlists.awaited({ policy: 'MANUAL' });
    expectStatus(200, await desk.act(session.seats[0]!, 'release', school.admin));
    await expectPromoted(session);
  });

  it('when the capacity is raised', async () => {
    const session = await waitlists.awaited();
    expectStatus(200, await desk.edit(session.sessionId, { capacity: 2 }));
    await expectPromoted(session);
    expect(await lessons.taken(session.sessionId)).toBe(2);
  });

  it('when the session moves to a time at which its student is elsewhere, who is told', async () => {
    const session = await waitlists.awaited();
    const [holder] = session.holders;
    await desk.booked(await lessons.session({ startsInHours: 60 }), holder!);
    expectStatus(200, await desk.edit(session.sessionId, { startTime: lessons.inHours(60.5) }));
    await expectPromoted(session);
    expect(await desk.read(session.seats[0]!)).toMatchObject({ status: 'CANCELLED', reason: 'OVERLAPS' });
    expect(await waitlists.told(holder!)).toEqual(['session-rescheduled']);
  });

  it('when the session moves to a time at which who waits can come', async () => {
    const session = await waitlists.awaited();
    await desk.booked(await lessons.session(), session.waiting);
    await waitlists.cancel(session);
    await school.quiet();
    expect(await waitlists.line(session.sessionId)).toMatchObject([{ status: 'WAITING', reason: 'SESSIONS_OVERLAP' }]);
    await waitlists.topUp(session.waiting);
    expectStatus(200, await desk.edit(session.sessionId, { startTime: lessons.inHours(70) }));
    await expectPromoted(session);
    expect(await waitlists.told(session.waiting)).toEqual(['waitlist-skipped', 'waitlist-promoted']);
  });

  it('first come, first served', async () => {
    const [full, people] = [await waitlists.full({ capacity: 3 }), await desk.people(4)];
    await waitlists.joined(full.sessionId, ...people);
    for (const [index, { id }] of people.slice(0, 3).entries()) {
      await waitlists.cancel(full, index);
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
    await waitlists.cancel(full);
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
      lessons.inHours(1),
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
      lessons.inHours(1),
    ]);
    expectStatus(201, await desk.cash(sessionId, walkIn));
    await school.sql('DELETE FROM waitlist_promotions WHERE session_id = $1', [sessionId]);
  });
});

describe('who cannot have it', () => {
  it('for want of money is told, keeps the place, and gets the next one after topping up', async () => {
    const [full, poor, rich] = [await waitlists.full({ capacity: 2 }), await desk.person(999), await desk.person()];
    await waitlists.joined(full.sessionId, poor, rich);
    await waitlists.cancel(full);
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
    await waitlists.cancel(full, 1);
    await school.quiet();
    expect(await waitlists.statuses(full.sessionId)).toEqual(['PROMOTED', 'PROMOTED', 'WAITING']);
    expect(await waitlists.told(poor)).toEqual(['waitlist-skipped', 'waitlist-promoted']);
    expect(await waitlists.told(late)).toEqual([]);
  });

  it('is told each time that a seat is passed on, and none is kept from others', async () => {
    const [full, poor] = [await waitlists.full({ capacity: 2 }), await desk.person(0)];
    await waitlists.joined(full.sessionId, poor);
    for (const [index, direct] of (await desk.people(2)).entries()) {
      await waitlists.cancel(full, index);
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
    await waitlists.cancel(one);
    await school.quiet();
    expect(await waitlists.statuses(one.sessionId)).toEqual(['PROMOTED']);
    expect(await waitlists.statuses(other.sessionId)).toEqual(['LEFT', 'WAITING']);
    expect(await waitlists.statuses(later.sessionId)).toEqual(['WAITING']);
    await waitlists.cancel(other);
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
    for (const full of [one, other]) await waitlists.cancel(full);
    await school.quiet();
    for (const { sessionId } of [one, other]) expect(await waitlists.statuses(sessionId)).toEqual(['PROMOTED']);
    expect(await desk.wallets([both])).toEqual([{ balance: 5000, held: 2000 }]);
  });

  it('is not told of a seat when there is none left', async () => {
    const [full, [first, second]] = [await waitlists.full(), await desk.people(2, 5000)];
    await waitlists.joined(full.sessionId, first!, second!);
    await desk.booked(await lessons.session(), second!);
    await waitlists.cancel(full);
    await school.quiet();
    expect(await waitlists.line(full.sessionId)).toMatchObject([
      { status: 'PROMOTED' },
      { status: 'WAITING', reason: null },
    ]);
    expect(await waitlists.told(second!)).toEqual([]);
  });
});
