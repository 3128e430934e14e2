import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { endQuietly } from './support/keep-books.js';
import { expectStatus } from './support/school.js';
import { type Subscriber, SubscriptionDesk } from './support/subscription-desk.js';

/* What Stripe tells of a subscription, and how: in any order, twice, late, or not at all. Its life is the same. */

let desk: SubscriptionDesk;
beforeAll(async () => {
  desk = await SubscriptionDesk.open({}, { ROLE: 'api' });
});
afterAll(() => desk.school.close());
endQuietly(() => desk.school);

/** Begun on the first of a month of thirty days, changed in the middle of it, unpaid a month later, paid after all, and ended. */
async function live(one: Subscriber, first: string): Promise<void> {
  const on = (days: number) => desk.to(new Date(Date.parse(first) + days * 86_400_000));
  await on(0);
  expectStatus(201, await desk.create(one, { methodId: one.methodId }));
  await desk.school.quiet();
  await on(10);
  expectStatus(200, await desk.update(one, { tier: 'ENTERPRISE' }));
  desk.stripe.failCard(one.card, 'insufficient_funds');
  await on(32);
  expect(await desk.current(one)).toMatchObject({ status: 'PAST_DUE', open: true });
  desk.stripe.failCard(one.card, null);
  await on(36);
  expect(await desk.current(one)).toMatchObject({ status: 'ACTIVE', open: true });
  expectStatus(200, await desk.cancel(one));
  await desk.school.quiet();
  await on(63);
}

/** All that is known of somebody's subscription, and what they were told. */
async function known(one: Subscriber): Promise<unknown[]> {
  const [row] = await desk.school.sql<{ id: string }>(
    'SELECT id, status, tier, open, ended_at FROM subscriptions WHERE user_id = $1',
    [one.id],
  );
  const [entries] = await desk.school.sql(
    `SELECT count(*)::int FROM ledger_entries e JOIN payments p ON p.id = e.object_id WHERE p.user_id = $1`,
    [one.id],
  );
  const deferred = await desk.school.sql(
    `SELECT d.plan, d.amount, d.recognised FROM deferrals d JOIN payments p ON p.id = d.source_id WHERE p.user_id = $1 ORDER BY d.id`,
    [one.id],
  );
  return [row, entries, deferred, await desk.charges(one), await desk.letters(one)];
}

const LETTERS = [
  'subscription-changed',
  'subscription-payment-failed',
  'subscription-renewed',
  'subscription-recovered',
  'subscription-change-scheduled',
  'subscription-ended',
];

describe('the news of a subscription', () => {
  it('come once and in order: this is its life', async () => {
    const one = await desk.subscriber();
    await live(one, '2027-06-01');
    // 20 of 30 days: 90.00 less 30.00 a month.
    expect(await desk.charges(one)).toEqual([3000, 4000, 9000]);
    expect((await desk.letters(one)).toSorted()).toEqual(LETTERS.toSorted());
    expect(await desk.rows(one)).toMatchObject([{ status: 'CANCELED' }]);

    // All of it once more, the last first, as it was then.
    const before = await known(one);
    const told = desk.stripe
      .events()
      .filter(({ type }) => /^(customer\.subscription|invoice|subscription_schedule)\b/.test(type))
      .toReversed();
    expect(told.length).toBeGreaterThan(20);
    for (const { type, data, created } of told) {
      const { id } = desk.stripe.emit(type, data.object, { created });
      await desk.stripe.deliverNow(id);
    }
    await desk.school.quiet();
    expect(await known(one)).toEqual(before);
  });

  it.each([
    ['twice and shuffled', '2027-09-01', { duplicate: 2, shuffle: true, seed: 7 }],
    ['not at all', '2028-04-01', { drop: 1, dropped: 'never retried' as const }],
  ])('come %s: its life is the same', async (_, first, disturbance) => {
    const one = await desk.subscriber();
    desk.stripe.disturbWebhooks(disturbance);
    await live(one, first).finally(() => desk.stripe.calmWebhooks());
    await desk.school.quiet();
    expect(await desk.charges(one)).toEqual([3000, 4000, 9000]);
    expect(await desk.rows(one)).toMatchObject([{ status: 'CANCELED' }]);
    expect((await desk.letters(one)).toSorted()).toEqual(LETTERS.toSorted());
  });
});
