import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BundleDesk } from './support/bundle-desk.js';
import { endQuietly } from './support/keep-books.js';
import { CourseLine } from './support/course-line.js';
import { type Person, person } from './support/people.js';
import { expectStatus, openSchool, type School, told } from './support/school.js';

/* Courses with a capacity: who has a place, who waits, and who is next, on every path that frees one. */

const HOUR = 3600;
let school: School;
let desk: BundleDesk;
beforeAll(async () => {
  school = await openSchool({ JWT_EXPIRES_IN: '86400', WAITLIST_OFFER_HOURS: '12' });
  desk = new BundleDesk(school);
});
afterAll(() => school.close());
endQuietly(() => school);

const people = (count: number) => Promise.all(Array.from({ length: count }, () => person(school)));
const line = (capacity: number, price = 0) => CourseLine.open(school, desk, { capacity, price });

describe('a free course', () => {
  it('that is full has a line: who waits longest has the next place, and is written to', async () => {
    const [first, second, third, fourth] = await people(4);
    const course = await line(1);
    expect(told(await course.enter(first!))).toBe('done');
    expect(await course.enter(second!)).toMatchObject({ status: 409, body: { code: 'COURSE_FULL' } });
    const waiting = { status: 'PENDING', type: 'WAITLIST', paymentStatus: 'FREE', offeredUntil: null };
    expect((await course.wait(second!)).body).toMatchObject({ ...waiting, position: 1 });
    const { body } = await course.wait(third!);
    expect(body).toMatchObject({ ...waiting, position: 2, waitingSince: expect.any(String) });
    // Again is the same place in the line.
    expect((await course.wait(third!)).body).toEqual(body);
    await course.wait(fourth!);
    await course.leave(third!);
    expect((await course.place(fourth!)).position).toBe(2);

    await course.leave(first!);
    await desk.quiet();
    expect(await course.states([first!, second!, third!, fourth!])).toEqual([
      'CANCELLED',
      'ACTIVE',
      'CANCELLED',
      'PENDING',
    ]);
    expect(await course.isOpenTo(second!)).toBe(true);
    expect(await course.count()).toBe(1);
    expect(course.lettersTo(second!)).toEqual(['You have a place: Swahili for beginners']);
    expect(course.lettersTo(fourth!)).toEqual([]);
  });

  it('lets nobody pass who comes when a place is free already and others wait', async () => {
    const [first, second, third] = await people(3);
    const course = await line(1);
    await course.enter(first!);
    await course.wait(second!);
    await desk.quiet();
    // Free, and nobody was told of it.
    await school.sql('UPDATE courses SET capacity = 2 WHERE id = $1', [course.id]);
    expect(told(await course.enter(third!))).toBe('COURSE_FULL');
    expect((await course.place(second!)).position).toBe(1);
    await course.edit({ capacity: 3 });
    await desk.quiet();
    expect(await course.states([second!])).toEqual(['ACTIVE']);
    expect(told(await course.enter(third!))).toBe('done');
  });

  it('whose capacity is raised, or taken away, has places for those who wait; lowered below its places it stays as it is', async () => {
    const all = await people(5);
    const course = await line(1);
    await course.enter(all[0]!);
    for (const one of all.slice(1)) await course.wait(one);
    expectStatus(200, await course.edit({ capacity: 3 }));
    await desk.quiet();
    expect(await course.states(all)).toEqual(['ACTIVE', 'ACTIVE', 'ACTIVE', 'PENDING', 'PENDING']);
    expect(await course.edit({ capacity: 2 })).toMatchObject({
      status: 409,
      body: { code: 'CAPACITY_BELOW_PLACES', errors: [{ pointer: '#/capacity' }] },
    });
    expect((await course.read()).capacity).toBe(3);
    expectStatus(200, await course.edit({ capacity: null }));
    await desk.quiet();
    expect(await course.states(all)).toEqual(all.map(() => 'ACTIVE'));
    expect(await course.edit({ capacity: 4 })).toMatchObject({ status: 409 });
    expectStatus(200, await course.edit({ capacity: 5 }));
    for (const capacity of [0, 1.5, '3']) expect((await course.edit({ capacity })).status).toBe(400);
  });
});

describe('a premium course', () => {
  /** Sold out to one, with two waiting. */
  async function soldOut() {
    const [holder, next, last, stranger] = await people(4);
    const course = await line(1, 10_000);
    const sale = await desk.bought({ courseId: course.id }, holder);
    await course.wait(next!);
    await course.wait(last!);
    return { course, sale, holder: holder!, next: next!, last: last!, stranger: stranger! };
  }
  const buys = async (id: string, who: Person) => told(await desk.ask({ courseId: id, country: 'US' }, who));

  it('that is not full is bought, not waited for', async () => {
    const course = await line(1, 10_000);
    const [one] = await people(1);
    expect(told(await course.wait(one!))).toBe('PAYMENT_REQUIRED');
  });

  it('refunded: the place is offered to the first in line for a while, who buys it; nobody else may', async () => {
    const { course, sale, next, last, stranger } = await soldOut();
    for (const who of [next, stranger]) expect(await buys(course.id, who)).toBe('COURSE_FULL');
    await desk.giveBack(sale);
    const offer = await course.place(next);
    expect(offer).toMatchObject({ status: 'PENDING', position: null, waitingSince: null, paymentStatus: 'PENDING' });
    expect(new Date(offer.offeredUntil!).getTime() - school.clock.now().getTime()).toBeGreaterThan(11.9 * HOUR * 1000);
    expect(course.lettersTo(next)).toEqual(['A place is kept for you: Swahili for beginners']);
    for (const who of [last, stranger, sale.buyer]) expect(await buys(course.id, who)).toBe('COURSE_FULL');
    const bought = await desk.bought({ courseId: course.id }, next);
    expect(await desk.session(bought)).toMatchObject({ status: 'COMPLETED' });
    expect(await course.place(next)).toMatchObject({ status: 'ACTIVE', type: 'PAID', offeredUntil: null });
    expect((await course.place(last)).position).toBe(1);
  });

  it('an offer that nobody takes goes to the next when its time is over, and to who leaves it at once', async () => {
    const { course, sale, next, last, stranger } = await soldOut();
    await course.wait(stranger);
    await desk.giveBack(sale);
    await school.clock.at(school.clock.in(12 * HOUR + 60), async () => {
      expect(await buys(course.id, next)).toBe('COURSE_FULL');
      await school.quiet();
      expect(await course.states([next, last, stranger])).toEqual(['EXPIRED', 'PENDING', 'PENDING']);
      expect((await course.place(last)).offeredUntil).not.toBeNull();
      expect(await buys(course.id, last)).toBe('done');
      await course.leave(last);
      await school.quiet();
      expect((await course.place(stranger)).offeredUntil).not.toBeNull();
      // At the end of the line again, which is empty.
      expect((await course.wait(next)).body).toMatchObject({ status: 'PENDING', position: 1 });
    });
    expect(await course.count()).toBe(0);
  });

  it('is disputed: the place is kept until that is lost, then it is offered', async () => {
    const { course, sale, next } = await soldOut();
    const { id } = school.sandbox.stripe.dispute(sale.intent);
    await desk.quiet();
    expect((await course.place(next)).position).toBe(1);
    school.sandbox.stripe.loseDispute(id);
    await desk.quiet();
    expect((await course.place(next)).offeredUntil).not.toBeNull();
  });

  it('paid late, when another has the place: the money goes back', async () => {
    const [slow, quick] = await people(2);
    const course = await line(1, 10_000);
    const late = await desk.order({ courseId: course.id }, slow);
    await desk.bought({ courseId: course.id }, quick);
    const moved = await desk.moved(() => desk.pay(late));
    expect(await desk.session(late)).toMatchObject({ status: 'FAILED', reason: 'COURSE_FULL' });
    expect(await desk.refunds(late)).toEqual([['SUCCEEDED', 10_000]]);
    expect(moved).toEqual({ 'asset:provider:stripe USD': -320, 'expense:provider-fees USD': 320 });
    expect(await course.count()).toBe(1);
  });

  it('whose refund fails after the place went to another: who paid is the first in line, and pays no second time', async () => {
    const { course, sale, next, last, holder } = await soldOut();
    await desk.giveBack(sale);
    await desk.bought({ courseId: course.id }, next);
    const [refund] = school.sandbox.stripe.account.store.refunds.filter((one) => one.payment_intent === sale.intent);
    school.sandbox.stripe.failRefund(refund!.id);
    await desk.quiet();
    expect(await course.place(holder)).toMatchObject({ status: 'PENDING', paymentStatus: 'PAID', position: 1 });
    expect((await course.place(last)).position).toBe(2);
    expect(await buys(course.id, holder)).toBe('COURSE_FULL');
    await course.leave(next);
    await desk.quiet();
    expect(await course.states([holder, next, last])).toEqual(['ACTIVE', 'CANCELLED', 'PENDING']);
    expect(await course.isOpenTo(holder)).toBe(true);
    expect(await course.count()).toBe(1);
  });

  it('by invitation: an invitation waits too, and is not lost with an offer', async () => {
    const { course, sale, next, last, stranger } = await soldOut();
    expectStatus(200, await course.edit({ admission: 'INVITATION_ONLY' }));
    expect(told(await course.wait(stranger))).toBe('INVITATION_NEEDED');
    const path = `/courses/${course.id}/invitations`;
    const { code } = expectStatus(
      201,
      await school.post<{ code: string }>(path, { name: 'S' }, school.instructor.token),
    );
    expect(told(await course.enter(stranger, { invitation: code }))).toBe('COURSE_FULL');
    const waiting = (await course.wait(stranger, { invitation: code })).body;
    expect(waiting).toMatchObject({ type: 'INVITATION_ONLY', position: 3 });
    await course.leave(next);
    await course.leave(last);
    await desk.giveBack(sale);
    await school.clock.at(school.clock.in(12 * HOUR + 60), async () => {
      await school.quiet();
      expect(await course.place(stranger)).toMatchObject({ status: 'PENDING', offeredUntil: null, waitingSince: null });
      expect(await buys(course.id, stranger)).toBe('done');
      expect(await buys(course.id, sale.buyer)).toBe('INVITATION_NEEDED');
    });
  });
});

describe('a bundle', () => {
  it('needs a place in each of its courses, when it begins and when it is paid', async () => {
    const [quick, slow] = await people(2);
    const scarce = await line(1, 4000);
    const plenty = await desk.course(6000);
    const bundle = await desk.bundle([await scarce.read(), plenty]);
    const late = await desk.order({ bundleId: bundle.id }, slow);
    await desk.bought({ bundleId: bundle.id }, quick);
    expect(await desk.ask({ bundleId: bundle.id }, await person(school))).toMatchObject({
      status: 409,
      body: { code: 'COURSE_FULL', detail: 'There is no place left in “Swahili for beginners”' },
    });
    desk.pay(late);
    await desk.quiet();
    expect(await desk.session(late)).toMatchObject({ status: 'FAILED', reason: 'COURSE_FULL' });
    expect(await desk.held(late, [await scarce.read(), plenty])).toEqual(['none', 'none']);
  });
});
