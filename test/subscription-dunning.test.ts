import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { endQuietly } from './support/keep-books.js';
import { type Subscriber, SubscriptionDesk } from './support/subscription-desk.js';

const HOUR_MS = 3_600_000;

let desk: SubscriptionDesk;
/** Their cards are declined when the month is over: one has money again soon, one late, one never. */
let soon: Subscriber;
let late: Subscriber;
let never: Subscriber;

beforeAll(async () => {
  desk = await SubscriptionDesk.open({}, { SUBSCRIPTION_GRACE_DAYS: '4' });
  [soon, late, never] = [await desk.subscribed(), await desk.subscribed(), await desk.subscribed()];
  for (const { card } of [soon, late, never]) desk.stripe.failCard(card, 'insufficient_funds');
}, 60_000);
afterAll(() => desk.school.close());
endQuietly(() => desk.school);

const after = (moment: Date | string | null, ms: number) => new Date(new Date(moment!).getTime() + ms);

describe('a renewal that is declined', () => {
  it('is told, and changes nothing for a while', async () => {
    const { periodEnd } = await desk.current(never);
    await desk.to(after(periodEnd, 2 * HOUR_MS));
    const unpaid = await desk.current(soon);
    expect(unpaid).toMatchObject({ status: 'PAST_DUE', open: true, plan: { id: 'PRO' } });
    expect(unpaid.dunning).toMatchObject({ attempts: 1, payUrl: expect.stringMatching(/^http/) });
    const { since, graceEndsAt } = unpaid.dunning!;
    expect(after(graceEndsAt, 0).getTime() - after(since, 0).getTime()).toBe(96 * HOUR_MS);
    expect(await desk.letters(soon)).toEqual(['subscription-payment-failed']);
    expect((await desk.update(soon, { tier: 'ENTERPRISE' })).body.code).toBe('PAYMENT_OVERDUE');
  });

  it('is made good by the next try', async () => {
    const { dunning } = await desk.current(soon);
    desk.stripe.failCard(soon.card, null);
    await desk.to(after(dunning!.nextAttemptAt, HOUR_MS));
    expect(await desk.current(soon)).toMatchObject({ status: 'ACTIVE', dunning: null, open: true });
    expect(await desk.charges(soon)).toEqual([3000, 3000]);
    const letters = ['subscription-payment-failed', 'subscription-recovered', 'subscription-renewed'];
    expect((await desk.letters(soon)).toSorted()).toEqual(letters);
  });

  it('closes what the plan gives when the grace is over, and opens it when it is paid', async () => {
    const { graceEndsAt } = (await desk.current(late)).dunning!;
    await desk.to(after(graceEndsAt, 60_000));
    const closed = await desk.current(late);
    expect(closed).toMatchObject({ tier: 'PRO', status: 'PAST_DUE', open: false, plan: { id: 'FREE' } });
    expect(await desk.letters(late)).toContain('subscription-grace-ended');
    desk.stripe.failCard(late.card, null);
    await desk.to(after(closed.dunning!.nextAttemptAt, HOUR_MS));
    expect(await desk.current(late)).toMatchObject({ status: 'ACTIVE', open: true, plan: { id: 'PRO' } });
  });

  it('that nobody pays ends in the free plan', async () => {
    await desk.days(20);
    expect(await desk.current(never)).toMatchObject({ id: null, tier: 'FREE', plan: { id: 'FREE' } });
    expect((await desk.rows(never)).map(({ status }) => status)).toEqual(['EXPIRED']);
    expect(await desk.charges(never)).toEqual([3000]);
    expect((await desk.letters(never)).filter((letter) => letter === 'subscription-ended')).toHaveLength(1);
  });
});

describe('money that goes back', () => {
  const payments = async ({ id }: Subscriber) =>
    (await desk.school.sql<{ id: string }>('SELECT id FROM payments WHERE user_id = $1 ORDER BY id', [id])).map(
      (payment) => payment.id,
    );
  const refund = async (paymentId?: string) => {
    const asked = { paymentId, reason: 'Asked for' };
    expect((await desk.school.post('/payments/refund', asked, desk.school.admin.token)).status).toBe(200);
    await desk.school.quiet();
  };

  it('of a month that is over changes nothing', async () => {
    const [first] = await payments(soon);
    await refund(first);
    expect(await desk.current(soon)).toMatchObject({ tier: 'PRO', status: 'ACTIVE', open: true });
  });

  it('of the month that runs ends the plan', async () => {
    await refund((await payments(soon)).at(-1));
    expect(await desk.current(soon)).toMatchObject({ tier: 'FREE', id: null });
    expect((await desk.rows(soon)).map(({ status }) => status)).toEqual(['CANCELED']);
  });

  it('is not there while it is disputed, and nor is what the plan gives', async () => {
    const one = await desk.subscribed({}, '4000000000000259');
    expect(await desk.current(one)).toMatchObject({ status: 'ACTIVE', open: false, plan: { id: 'FREE' } });
  });
});

it('a renewal is heard of without any webhook', async () => {
  desk.stripe.pauseWebhooks();
  const { periodEnd } = await desk.current(late);
  await desk.to(after(periodEnd, 3 * HOUR_MS));
  expect(await desk.current(late)).toMatchObject({ status: 'ACTIVE', periodStart: periodEnd });
  expect(await desk.charges(late)).toEqual([3000, 3000, 3000]);
});
