import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../src/platform/ids/index.js';
import { endQuietly } from './support/keep-books.js';
import { Lessons } from './support/lessons.js';
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
        await waitlists.cancel(full);
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
    await waitlists.cancel(full);
    await school.quiet();
    expect(await waitlists.statuses(sessionId)).toEqual(['LEFT', 'PROMOTED', 'WAITING']);
    expect(await waitlists.seated(sessionId)).toEqual([second!.id]);
  });
});

describe('who books a seat while they wait', () => {
  /** Passed over once, they book the seat that is left. */
  async function bookedMeanwhile(): Promise<{ sessionId: string; student: Person; booked: { id: string } }> {
    const [full, student] = [await waitlists.full(), await desk.person(0)];
    await waitlists.joined(full.sessionId, student);
    await waitlists.cancel(full);
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
    const session = await waitlists.awaited({ startsInHours: 3 });
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
    const session = await waitlists.awaited({ startsInHours: 3 });
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
    const session = await waitlists.awaited();
    await desk.moved(session.sessionId, 'cancel');
    expect(await waitlists.statuses(session.sessionId)).toEqual(['CLOSED']);
    await school.quiet();
    expect(await waitlists.told(session.holders[0]!)).toEqual(['session-cancelled']);
    expect(await waitlists.told(session.waiting)).toEqual([]);
    const again = { startTime: lessons.inHours(90), endTime: lessons.inHours(91) };
    expectStatus(200, await school.post(`/sessions/${session.sessionId}/schedule`, again, lessons.staff.token));
    await school.quiet();
    expect(await waitlists.statuses(session.sessionId)).toEqual(['CLOSED']);
    expect(await waitlists.seated(session.sessionId)).toEqual([]);
    expect(await waitlists.offered(session.sessionId)).toBe(false);
  });

  it('when check-in opens, of a class that may be canceled until its start', async () => {
    const session = await waitlists.awaited({ startsInHours: 0.9 + 2 });
    await school.sql(
      `UPDATE class_sessions SET start_time = start_time - interval '2 h', end_time = end_time - interval '2 h',
       cancel_until = start_time - interval '2 h' WHERE id = $1`,
      [session.sessionId],
    );
    await desk.moved(session.sessionId, 'check-in');
    expect(await waitlists.statuses(session.sessionId)).toEqual(['CLOSED']);
  });

  it('when nobody held the session, whose students are told', async () => {
    const session = await waitlists.awaited({ startsInHours: 3 });
    school.clock.advance(4 * 3600 + 1);
    await school.quiet();
    expect(await waitlists.statuses(session.sessionId)).toEqual(['CLOSED']);
    expect(await waitlists.told(session.holders[0]!)).toEqual(['session-cancelled']);
  });
});
