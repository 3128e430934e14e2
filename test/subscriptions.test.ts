import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { endQuietly } from './support/keep-books.js';
import { expectStatus } from './support/school.js';
import { SubscriptionDesk } from './support/subscription-desk.js';

let desk: SubscriptionDesk;

beforeAll(async () => {
  desk = await SubscriptionDesk.open();
});
afterAll(() => desk.school.close());
endQuietly(() => desk.school);

const hasTheFreePlan = {
  id: null,
  tier: 'FREE',
  status: null,
  plan: { id: 'FREE', features: ['community'] },
  open: true,
};

describe('a subscription by a saved card', () => {
  it('begins at once, is renewed each month, and ends when its owner wishes', async () => {
    const ada = await desk.subscriber();
    expect(await desk.current(ada)).toMatchObject(hasTheFreePlan);
    const created = expectStatus(201, await desk.create(ada, { methodId: ada.methodId, country: 'DE' }));
    expect(created).toMatchObject({
      redirectUrl: null,
      subscription: { tier: 'PRO', status: 'ACTIVE', amount: 3000, currency: 'USD', taxRate: 19, open: true },
    });
    await desk.school.quiet();
    expect(await desk.charges(ada)).toEqual([3570]);
    await desk.to('2027-07-02T00:00:00Z');
    expect(await desk.charges(ada)).toEqual([3570, 3570]);
    const july = await desk.current(ada);
    expect(july).toMatchObject({ status: 'ACTIVE', plan: { id: 'PRO', allCourses: true }, dunning: null });
    expect(july.renewalDate).toBe(july.periodEnd);
    expect(await desk.letters(ada)).toEqual(['subscription-renewed']);

    const ending = expectStatus(200, await desk.cancel(ada));
    expect(ending).toMatchObject({ status: 'ACTIVE', cancelAtPeriodEnd: true, renewalDate: null, open: true });
    expect(expectStatus(200, await desk.resume(ada))).toMatchObject({
      cancelAtPeriodEnd: false,
      renewalDate: july.periodEnd,
    });
    expectStatus(200, await desk.cancel(ada));
    await desk.to('2027-08-02T00:00:00Z');
    expect(await desk.current(ada)).toMatchObject(hasTheFreePlan);
    expect(await desk.charges(ada)).toHaveLength(2);
    expect((await desk.rows(ada)).map(({ status }) => status)).toEqual(['CANCELED']);
    expect((await desk.letters(ada)).at(-1)).toBe('subscription-ended');
    expect((await desk.cancel(ada)).body.code).toBe('NOT_SUBSCRIBED');
    expect((await desk.resume(ada)).body.code).toBe('NOT_SUBSCRIBED');
  });

  it('that is declined has not begun', async () => {
    const eve = await desk.subscriber('4000000000000341');
    const refused = await desk.create(eve, { methodId: eve.methodId });
    expect([refused.status, refused.body.code]).toEqual([402, 'PAYMENT_DECLINED']);
    await desk.school.quiet();
    expect(await desk.current(eve)).toMatchObject(hasTheFreePlan);
    expect(await desk.charges(eve)).toEqual([]);
    expect((await desk.rows(eve)).map(({ status }) => status)).toEqual(['EXPIRED']);
  });

  it('ends now when that is wished, and what was paid is earned', async () => {
    const ada = await desk.subscribed();
    const before = (await desk.school.books())['revenue:subscriptions USD'] ?? 0;
    expect(expectStatus(200, await desk.cancel(ada, { atPeriodEnd: false }))).toMatchObject(hasTheFreePlan);
    await desk.days(2);
    expect(((await desk.school.books())['revenue:subscriptions USD'] ?? 0) - before).toBe(3000);
  });

  it('is one for each person, whoever asks twice', async () => {
    const ada = await desk.subscriber();
    const wish = { methodId: ada.methodId };
    const answers = await Promise.all([1, 2, 3, 4].map(() => desk.create(ada, wish)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409]);
    expect(await desk.create(ada, wish)).toMatchObject({ status: 409, body: { code: 'ALREADY_SUBSCRIBED' } });
    await desk.school.quiet();
    expect(await desk.charges(ada)).toEqual([3000]);
  });

  it('under one key is one', async () => {
    const ada = await desk.subscriber();
    const headers = { 'Idempotency-Key': 'begin-1' };
    const [one, same] = [
      await desk.create(ada, { methodId: ada.methodId }, headers),
      await desk.create(ada, { methodId: ada.methodId }, headers),
    ];
    expect(same.body.subscription.id).toBe(one.body.subscription.id);
    expect(await desk.charges(ada)).toEqual([3000]);
  });
});

describe('a trial', () => {
  it('is free until it ends, is told of before, and is had once', async () => {
    const ada = await desk.subscribed({ trial: true });
    const trial = await desk.current(ada);
    expect(trial).toMatchObject({ status: 'TRIALING', plan: { id: 'PRO' }, open: true });
    expect(await desk.charges(ada)).toEqual([]);
    await desk.days(12);
    expect(await desk.letters(ada)).toEqual(['trial-ending']);
    await desk.days(3);
    expect(await desk.current(ada)).toMatchObject({ status: 'ACTIVE' });
    expect(await desk.charges(ada)).toEqual([3000]);
    expectStatus(200, await desk.cancel(ada, { atPeriodEnd: false }));
    const again = await desk.create(ada, { methodId: ada.methodId, trial: true });
    expect([again.status, again.body.code]).toEqual([409, 'TRIAL_USED']);
  });
});

describe('what cannot be subscribed to', () => {
  it.each([
    [{ tier: 'FREE' }, 409, 'PLAN_IS_FREE'],
    [{ tier: 'GOLD' }, 400, 'PLAN_NOT_OFFERED'],
    [{ tier: 'ENTERPRISE', currency: 'EUR' }, 400, 'PRICE_NOT_OFFERED'],
    [{ methodId: 'pmt_none' }, 404, 'NOT_FOUND'],
    [{ returnUrl: 'https://elsewhere.example' }, 400, 'RETURN_URL_NOT_ALLOWED'],
  ])('%o is refused: %i %s', async (wish, status, code) => {
    const answer = await desk.create(desk.school.student, wish);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('the plans are listed for anybody, and kept', async () => {
    const { status, headers, body } = await desk.school.get<{ plans: { id: string }[] }>('/subscriptions/plans');
    expect([status, headers.get('etag')]).toEqual([200, expect.any(String)]);
    expect(body.plans.map(({ id }) => id)).toEqual(['FREE', 'PRO', 'ENTERPRISE']);
  });
});
