import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Invariants } from '../src/ledger/index.js';
import { FeatureAccess } from '../src/platform/auth/index.js';
import { endQuietly } from './support/keep-books.js';
import { type License, LicenseSeatDesk, licensesFile } from './support/license-seat-desk.js';
import { type Person, person } from './support/people.js';
import { expectStatus, told } from './support/school.js';
import { SubscriptionDesk, type Subscriber } from './support/subscription-desk.js';

/* What a seat gives, beside a plan: Enterprise and the tier TEAM have every premium course, Pro and REPORTS none. */

const DAY_MS = 86_400_000;

let plans: SubscriptionDesk;
let desk: LicenseSeatDesk;
let license: License;
let ada: Subscriber;
let small: string;
let large: string;
beforeAll(async () => {
  plans = await SubscriptionDesk.open({ pro: [] }, { LICENSES_FILE: await licensesFile() });
  desk = new LicenseSeatDesk(plans.school);
  const course = async (changes: object = {}) => (await plans.school.course({ price: 5000, ...changes })).id;
  [small, large] = [await course({ capacity: 1 }), await course()];
  ada = await plans.subscriber();
}, 60_000);
afterAll(() => plans.school.close());
endQuietly(() => plans.school);

const enroll = async (who: Person, courseId: string) =>
  plans.school.post<{ code: string }>('/enrollments', { courseId }, await desk.tokenOf(who));
const place = async (who: Person, courseId: string) => {
  const path = `/enrollments/course/${courseId}`;
  const answer = await plans.school.get<{ type: string; status: string; progress: number }>(
    path,
    await desk.tokenOf(who),
  );
  const { type, status, progress } = expectStatus(200, answer);
  return `${type} ${status} ${progress}`;
};
const has = (who: Person, feature: string) => plans.school.app.get(FeatureAccess).has(who.id, feature);
const violated = async () => (await plans.school.app.get(Invariants).check()).map(({ rule }) => rule);

describe('a seat', () => {
  it('opens the premium courses and features of its tier, while it is had', async () => {
    license = await desk.license();
    expect(told(await enroll(ada, large))).toBe('PAYMENT_REQUIRED');
    expect([await has(ada, 'live'), await has(ada, 'reports')]).toEqual([false, false]);
    await desk.given(license, { userId: ada.id });
    for (const courseId of [small, large]) expect(told(await enroll(ada, courseId))).toBe('done');
    expect(await place(ada, large)).toBe('LICENSE ACTIVE 0');
    expect([await has(ada, 'live'), await has(ada, 'reports')]).toEqual([true, false]);
    await plans.school.sql('UPDATE enrollments SET progress = 40 WHERE user_id = $1', [ada.id]);
    await desk.end(license, ada.id);
    expect(await has(ada, 'live')).toBe(false);
    expect(told(await enroll(ada, large))).not.toBe('done');
    await plans.school.settle();
    expect([await place(ada, large), await place(ada, small)]).toEqual(['LICENSE EXPIRED 40', 'LICENSE EXPIRED 40']);
    await desk.given(license, { userId: ada.id });
    await plans.school.settle();
    expect([await place(ada, large), await place(ada, small)]).toEqual(['LICENSE ACTIVE 40', 'LICENSE ACTIVE 40']);
  });

  it('gives nothing while its licence is suspended, and again when it is not', async () => {
    await desk.move(license, { suspendedAt: plans.school.clock.now() });
    expect(await has(ada, 'live')).toBe(false);
    expect(told(await desk.give(license, { userId: ada.id }))).toBe('NOT_IN_THIS_STATUS');
    await plans.school.settle();
    expect(await place(ada, large)).toBe('LICENSE EXPIRED 40');
    await desk.move(license, { suspendedAt: null });
    await plans.school.settle();
    expect(await place(ada, large)).toBe('LICENSE ACTIVE 40');
  });

  it('that is passed on takes its courses along, and leaves what was bought', async () => {
    const eve = await plans.subscriber();
    const { stripeId } = await plans.school.begin(large, ada);
    plans.stripe.pay(stripeId);
    await plans.school.quiet();
    expectStatus(200, await desk.pass(license, ada.id, { userId: eve.id }));
    await plans.school.settle();
    expect([await place(ada, large), await place(ada, small)]).toEqual(['PAID ACTIVE 40', 'LICENSE EXPIRED 40']);
    expect(told(await enroll(eve, small))).toBe('done');
    await desk.end(license, eve.id);
    await plans.school.settle();
    expect(await place(eve, small)).toBe('LICENSE EXPIRED 0');
  });
});

describe('who has both a plan and a seat', () => {
  it('keeps their places as long as either stands, whichever goes first', async () => {
    const tom = await plans.subscribed({ tier: 'ENTERPRISE' });
    expect(told(await enroll(tom, large))).toBe('done');
    await desk.given(license, { userId: tom.id });
    await plans.school.settle();
    expect(await place(tom, large)).toBe('SUBSCRIPTION ACTIVE 0');
    expectStatus(200, await plans.cancel(tom, { atPeriodEnd: false }));
    await plans.school.quiet();
    expect(await place(tom, large)).toBe('LICENSE ACTIVE 0');
    expectStatus(201, await plans.create(tom, { tier: 'ENTERPRISE', methodId: tom.methodId }));
    await plans.school.quiet();
    await desk.end(license, tom.id);
    await plans.school.settle();
    expect(await place(tom, large)).toBe('SUBSCRIPTION ACTIVE 0');
    expectStatus(200, await plans.cancel(tom, { atPeriodEnd: false }));
    await plans.school.quiet();
    expect(await place(tom, large)).toBe('SUBSCRIPTION EXPIRED 0');
    // And it is back by the other.
    await desk.given(license, { userId: tom.id });
    await plans.school.settle();
    expect(await place(tom, large)).toBe('LICENSE ACTIVE 0');
  });

  it('of two licences keeps their places as long as one of them stands', async () => {
    const [one, other] = [await desk.license({ days: 10 }), await desk.license({ days: 20 })];
    const eve = await plans.subscriber();
    for (const each of [one, other]) await desk.given(each, { userId: eve.id });
    expect(told(await enroll(eve, large))).toBe('done');
    const revoked: string[] = [];
    for (const each of [one, other]) {
      await desk.move(each, { revokedAt: plans.school.clock.now() });
      await plans.school.settle();
      revoked.push(await place(eve, large));
    }
    expect(revoked).toEqual(['LICENSE ACTIVE 0', 'LICENSE EXPIRED 0']);
  });
});

describe('a licence that expires', () => {
  it('closes the seats of all its holders, and opens them when it is renewed', async () => {
    const ends = await desk.license({ seats: 40, days: 30 });
    const holders = await Promise.all(Array.from({ length: 30 }, () => person(plans.school)));
    await Promise.all(holders.map(({ id }) => desk.given(ends, { userId: id })));
    await Promise.all(holders.map((who) => enroll(who, large)));
    const active = async () => {
      const standing = `SELECT FROM enrollments WHERE user_id = ANY ($1) AND status = 'ACTIVE' AND type = 'LICENSE'`;
      return (await desk.sql(standing, [holders.map(({ id }) => id)])).length;
    };
    expect(await active()).toBe(30);
    plans.school.clock.advance((30 * DAY_MS) / 1000);
    // To the moment, whether or not anybody has looked.
    expect(await has(holders[0]!, 'live')).toBe(false);
    expect(told(await desk.give(ends, { email: 'late@acme.example' }))).toBe('NOT_IN_THIS_STATUS');
    expect(await desk.looked(ends)).toBe('EXPIRED');
    await plans.school.settle();
    expect([await active(), await desk.taken(ends)]).toEqual([0, [30, 30]]);
    // Seats can be taken away meanwhile, not given.
    expect((await desk.end(ends, holders[0]!.id)).status).toBe(204);
    await desk.move(ends, { expiresAt: new Date(plans.school.clock.now().getTime() + 30 * DAY_MS) });
    await plans.school.settle();
    expect(await active()).toBe(29);
  });
});

describe('what must hold', () => {
  it('of seats and the places that hang on them is found when it does not', async () => {
    await plans.school.settle();
    const { id } = plans.school.student;
    const seat = `license_id = '${license.id}' AND status = 'ASSIGNED'`;
    const gives = 'a seat gives something while somebody has it and its licence is active, and then only';
    const stands = 'a place by licence stands only while its owner has a seat that gives something';
    const isOf = 'a seat is of the tier of its licence';
    const faults = [
      [
        `UPDATE license_seats SET open = false WHERE ${seat}`,
        `UPDATE license_seats SET open = true WHERE ${seat}`,
        [gives, stands],
      ],
      [
        `UPDATE license_seats SET tier = 'REPORTS' WHERE ${seat}`,
        `UPDATE license_seats SET tier = 'TEAM' WHERE ${seat}`,
        [isOf],
      ],
      [
        `INSERT INTO enrollments (id, user_id, course_id, status, type, source, payment_status, currency, created_at, updated_at)
         VALUES ('enr_planted', '${id}', '${large}', 'COMPLETED', 'LICENSE', 'DIRECT', 'FREE', 'USD', now(), now())`,
        `DELETE FROM enrollments WHERE id = 'enr_planted'`,
        [stands],
      ],
    ] as const;
    expect(await violated()).toEqual([]);
    for (const [plant, mend, rules] of faults) {
      await plans.school.sql(plant);
      expect(await violated()).toEqual(expect.arrayContaining([...rules]));
      await plans.school.sql(mend);
    }
  });
});
