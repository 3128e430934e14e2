import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { endQuietly } from './support/keep-books.js';
import { type Person, person } from './support/people.js';
import { expectStatus, told } from './support/school.js';
import { SubscriptionDesk } from './support/subscription-desk.js';

let desk: SubscriptionDesk;

beforeAll(async () => {
  desk = await SubscriptionDesk.open();
});
afterAll(() => desk.school.close());
endQuietly(() => desk.school);

const referenceOf = async (who: Person) => {
  const query = 'SELECT reference FROM subscriptions WHERE user_id = $1 ORDER BY id DESC LIMIT 1';
  const [row] = await desk.school.sql<{ reference: string }>(query, [who.id]);
  return row!.reference;
};
const statuses = async (who: Person) => (await desk.rows(who)).map(({ status }) => status);

describe("a subscription by the provider's page", () => {
  it('begins when its buyer has paid there', async () => {
    const ada = await person(desk.school);
    const { subscription, redirectUrl } = expectStatus(201, await desk.create(ada, { country: 'DE' }));
    expect(subscription).toMatchObject({ status: 'INCOMPLETE', open: false, plan: { id: 'FREE' }, redirectUrl });
    expect(redirectUrl).toMatch(/^http/);
    expect((await desk.create(ada, { country: 'DE' })).body).toEqual({ subscription, redirectUrl });
    desk.stripe.pay(await referenceOf(ada));
    await desk.school.quiet();
    expect(await desk.current(ada)).toMatchObject({
      id: subscription.id,
      status: 'ACTIVE',
      open: true,
      redirectUrl: null,
    });
    expect(await desk.charges(ada)).toEqual([3570]);
  });

  it('with a trial charges nothing yet', async () => {
    const ada = await person(desk.school);
    expectStatus(201, await desk.create(ada, { trial: true }));
    desk.stripe.pay(await referenceOf(ada));
    await desk.school.quiet();
    expect(await desk.current(ada)).toMatchObject({ status: 'TRIALING', open: true });
    expect(await desk.charges(ada)).toEqual([]);
  });

  it('is closed before another is opened, so that nobody pays for two', async () => {
    const ada = await person(desk.school);
    expectStatus(201, await desk.create(ada));
    const first = await referenceOf(ada);
    const second = expectStatus(201, await desk.create(ada, { tier: 'ENTERPRISE' }));
    expect(second.subscription.tier).toBe('ENTERPRISE');
    expect(await statuses(ada)).toEqual(['EXPIRED', 'INCOMPLETE']);
    expect(() => desk.stripe.pay(first)).toThrow();
  });

  it('that was gone through in the same moment is the one', async () => {
    const ada = await person(desk.school);
    expectStatus(201, await desk.create(ada));
    desk.stripe.pauseWebhooks();
    desk.stripe.pay(await referenceOf(ada));
    expect(told(await desk.create(ada, { tier: 'ENTERPRISE' }))).toBe('ALREADY_SUBSCRIBED');
    expect(await desk.current(ada)).toMatchObject({ tier: 'PRO', status: 'ACTIVE' });
  });

  it('is given up by its buyer, or ends by itself', async () => {
    const [ada, eve] = [await person(desk.school), await person(desk.school)];
    for (const who of [ada, eve]) expectStatus(201, await desk.create(who));
    expect(expectStatus(200, await desk.cancel(ada))).toMatchObject({ tier: 'FREE', id: null });
    desk.school.clock.advance(31 * 60);
    await desk.school.quiet();
    expect([await statuses(ada), await statuses(eve)]).toEqual([['EXPIRED'], ['EXPIRED']]);
    expectStatus(201, await desk.create(eve));
  });
});

it('what was begun though it had ended here is ended there, and its money given back', async () => {
  const ada = await person(desk.school);
  expectStatus(201, await desk.create(ada));
  desk.stripe.pauseWebhooks();
  desk.stripe.pay(await referenceOf(ada));
  // As if it had been given up in the moment before.
  const ended = `UPDATE subscriptions SET status = 'EXPIRED', ended_at = now(), next_look_at = NULL WHERE user_id = $1`;
  await desk.school.sql(ended, [ada.id]);
  desk.stripe.resumeWebhooks();
  await desk.school.quiet();
  expect(await desk.current(ada)).toMatchObject({ tier: 'FREE', id: null });
  expect(await statuses(ada)).toEqual(['EXPIRED']);
  const refunds = await desk.school.sql<{ status: string; amount: string }>(
    `SELECT r.status, r.amount FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE p.user_id = $1`,
    [ada.id],
  );
  expect(refunds).toEqual([{ status: 'SUCCEEDED', amount: '3000' }]);
  await desk.days(31);
  expect(await desk.charges(ada)).toEqual([3000]);
});
