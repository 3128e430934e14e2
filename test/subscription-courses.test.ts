import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Invariants } from '../src/ledger/index.js';
import { endQuietly } from './support/keep-books.js';
import { expectStatus } from './support/school.js';
import { SubscriptionDesk, type Subscriber } from './support/subscription-desk.js';

let desk: SubscriptionDesk;
let ada: Subscriber;
/** Courses: all of them come with Enterprise; of Pro, none. */
let small: string;
let large: string;
let bought: string;

beforeAll(async () => {
  desk = await SubscriptionDesk.open({ pro: [] });
  const course = async (changes: object = {}) => (await desk.school.course({ price: 5000, ...changes })).id;
  [small, large, bought] = [await course({ capacity: 1 }), await course(), await course()];
  ada = await desk.subscribed({ tier: 'ENTERPRISE' });
}, 60_000);
afterAll(() => desk.school.close());
endQuietly(() => desk.school);

const enroll = ({ token }: Subscriber, courseId: string, rest: object = {}) =>
  desk.school.post<{ type: string; status: string; code?: string }>('/enrollments', { courseId, ...rest }, token);
const place = async ({ token }: Subscriber, courseId: string) => {
  const answer = await desk.school.get<{ type: string; status: string }>(`/enrollments/course/${courseId}`, token);
  const { type, status } = expectStatus(200, answer);
  return `${type} ${status}`;
};
const grants = async ({ id }: Subscriber) => {
  const standing = 'SELECT course_id FROM access_grants WHERE user_id = $1 AND revoked_at IS NULL';
  return new Set((await desk.school.sql<{ course_id: string }>(standing, [id])).map((grant) => grant.course_id));
};
const counted = async (courseId: string) => {
  const [row] = await desk.school.sql<{ enrollment_count: number }>(
    'SELECT enrollment_count FROM courses WHERE id = $1',
    [courseId],
  );
  return row!.enrollment_count;
};

describe('a premium course that a plan includes', () => {
  it('is had by asking, and only with that plan', async () => {
    const eve = await desk.subscribed();
    expect((await enroll(eve, large)).body.code).toBe('PAYMENT_REQUIRED');
    for (const courseId of [small, large, bought]) {
      expect(expectStatus(201, await enroll(ada, courseId))).toMatchObject({ type: 'SUBSCRIPTION', status: 'ACTIVE' });
    }
    expect(await grants(ada)).toEqual(new Set([small, large, bought]));
    expect((await enroll(ada, large)).body.code).toBe('ALREADY_ENROLLED');
    expectStatus(200, await desk.update(eve, { tier: 'ENTERPRISE' }));
    // A capacity holds for everybody.
    expect((await enroll(eve, small)).body.code).toBe('COURSE_FULL');
    expect(await desk.charges(ada)).toEqual([9000]);
  });

  it('may be bought, to keep', async () => {
    const { stripeId } = await desk.school.begin(bought, ada);
    desk.stripe.pay(stripeId);
    await desk.school.quiet();
    expect(await place(ada, bought)).toBe('PAID ACTIVE');
    expect(await counted(bought)).toBe(1);
  });

  it('is lost with the plan, and is back with it where it was', async () => {
    await desk.school.sql('UPDATE enrollments SET progress = 40 WHERE user_id = $1 AND course_id = $2', [
      ada.id,
      large,
    ]);
    expectStatus(200, await desk.cancel(ada, { atPeriodEnd: false }));
    await desk.school.quiet();
    expect([await place(ada, large), await place(ada, small), await place(ada, bought)]).toEqual([
      'SUBSCRIPTION EXPIRED',
      'SUBSCRIPTION EXPIRED',
      'PAID ACTIVE',
    ]);
    expect(await grants(ada)).toEqual(new Set([bought]));
    expect([await counted(large), await counted(small)]).toEqual([0, 0]);
    // With a plan that has none of them nothing is back.
    expectStatus(201, await desk.create(ada, { methodId: ada.methodId }));
    expect(await place(ada, large)).toBe('SUBSCRIPTION EXPIRED');
    expectStatus(200, await desk.update(ada, { tier: 'ENTERPRISE' }));
    await desk.school.quiet();
    expect([await place(ada, large), await place(ada, small)]).toEqual(['SUBSCRIPTION ACTIVE', 'SUBSCRIPTION ACTIVE']);
    const kept = 'SELECT progress FROM enrollments WHERE user_id = $1 AND course_id = $2';
    expect(await desk.school.sql(kept, [ada.id, large])).toEqual([{ progress: 40 }]);
    expect(await counted(large)).toBe(1);
  });

  it('is the next that is free, when it went to another meanwhile', async () => {
    const eve = await desk.subscribed({ tier: 'ENTERPRISE' });
    expectStatus(200, await desk.cancel(ada, { atPeriodEnd: false }));
    await desk.school.quiet();
    expectStatus(201, await enroll(eve, small));
    expectStatus(201, await desk.create(ada, { tier: 'ENTERPRISE', methodId: ada.methodId }));
    await desk.school.quiet();
    expect([await place(ada, small), await place(ada, large)]).toEqual(['SUBSCRIPTION PENDING', 'SUBSCRIPTION ACTIVE']);
    expectStatus(200, await desk.cancel(eve, { atPeriodEnd: false }));
    await desk.school.quiet();
    expect(expectStatus(201, await enroll(ada, small))).toMatchObject({ type: 'SUBSCRIPTION', status: 'ACTIVE' });
  });

  it('that stands without a plan is found', async () => {
    const { id } = desk.school.student;
    await desk.school.sql(
      `INSERT INTO enrollments (id, user_id, course_id, status, type, source, payment_status, currency, created_at, updated_at)
       VALUES ('enr_planted', $1, $2, 'ACTIVE', 'SUBSCRIPTION', 'DIRECT', 'FREE', 'USD', now(), now())`,
      [id, large],
    );
    const found = (await desk.school.app.get(Invariants).check()).map(({ rule }) => rule);
    expect(found).toContain('a place by plan stands only while its owner has a subscription that gives something');
    await desk.school.sql(`DELETE FROM enrollments WHERE id = 'enr_planted'`);
  });
});
