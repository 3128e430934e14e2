import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { endQuietly } from './support/keep-books.js';
import { expectStatus, told } from './support/school.js';
import { SubscriptionDesk, type Subscriber } from './support/subscription-desk.js';

/* Pro is 30.00 a month and Enterprise 90.00, in a month of 30 days: 1.00 and 3.00 a day. */

let desk: SubscriptionDesk;
let ada: Subscriber;

beforeAll(async () => {
  desk = await SubscriptionDesk.open();
  ada = await desk.subscribed();
});
afterAll(() => desk.school.close());
endQuietly(() => desk.school);

describe('more', () => {
  it('is had at once, for what the days that are left cost', async () => {
    await desk.to('2027-06-11T00:00:00Z');
    const preview = expectStatus(200, await desk.preview(ada, { tier: 'ENTERPRISE' }));
    // 20 of 30 days, to the second that has passed since the month began: at most a cent off.
    expect(preview).toMatchObject({ takesEffect: 'NOW', currency: 'USD', tax: 0, tier: 'ENTERPRISE', period: 'MONTH' });
    const [given, had] = [
      preview.lines.find(({ amount }) => amount < 0)!,
      preview.lines.find(({ amount }) => amount > 0)!,
    ];
    expect([given.plan, had.plan, given.isProration, had.isProration]).toEqual(['PRO', 'ENTERPRISE', true, true]);
    expect(Math.abs(given.amount + 2000)).toBeLessThanOrEqual(1);
    expect(Math.abs(had.amount - 6000)).toBeLessThanOrEqual(1);
    expect(preview.due).toBe(given.amount + had.amount);
    const { prorationDate } = preview;
    const changed = expectStatus(200, await desk.update(ada, { tier: 'ENTERPRISE', prorationDate }));
    expect(changed).toMatchObject({ tier: 'ENTERPRISE', status: 'ACTIVE', plan: { id: 'ENTERPRISE' }, amount: 9000 });
    await desk.school.quiet();
    expect(await desk.charges(ada)).toEqual([3000, preview.due]);
    expect(await desk.letters(ada)).toEqual(['subscription-changed']);
    expect((await desk.update(ada, { tier: 'ENTERPRISE' })).status).toBe(200);
    expect(await desk.charges(ada)).toHaveLength(2);
  });

  it('asked for twice at once is had once', async () => {
    const eve = await desk.subscribed();
    const answers = await Promise.all([1, 2, 3].map(() => desk.update(eve, { tier: 'ENTERPRISE' })));
    expect(answers.map(told).toSorted()).toEqual(['CHANGE_IN_PROGRESS', 'CHANGE_IN_PROGRESS', 'done']);
    await desk.school.quiet();
    expect(await desk.charges(eve)).toHaveLength(2);
  });

  it('is not had when the card is declined, nor by a preview that is too old', async () => {
    const eve = await desk.subscribed();
    desk.stripe.failCard(eve.card, 'insufficient_funds');
    expect((await desk.update(eve, { tier: 'ENTERPRISE' })).body.code).toBe('PAYMENT_DECLINED');
    await desk.school.quiet();
    expect(await desk.current(eve)).toMatchObject({ tier: 'PRO', status: 'ACTIVE', open: true });
    expect(await desk.charges(eve)).toEqual([3000]);
    for (const minutes of [-11, 5]) {
      const prorationDate = desk.school.clock.in(minutes * 60).toISOString();
      expect((await desk.update(eve, { tier: 'ENTERPRISE', prorationDate })).body.code).toBe('PREVIEW_AGAIN');
    }
  });

  it('in a trial is free', async () => {
    const eve = await desk.subscribed({ trial: true });
    expect(expectStatus(200, await desk.preview(eve, { tier: 'ENTERPRISE', period: 'YEAR' }))).toMatchObject({
      due: 0,
      takesEffect: 'NOW',
    });
    expect(expectStatus(200, await desk.update(eve, { tier: 'ENTERPRISE' }))).toMatchObject({
      tier: 'ENTERPRISE',
      status: 'TRIALING',
    });
    expect(expectStatus(200, await desk.update(eve, { tier: 'PRO' }))).toMatchObject({
      tier: 'PRO',
      status: 'TRIALING',
      next: null,
    });
    await desk.school.quiet();
    expect(await desk.charges(eve)).toEqual([]);
  });
});

describe('less', () => {
  it('is had when the month is over, and not when its owner thinks again', async () => {
    const { periodEnd } = await desk.current(ada);
    const preview = expectStatus(200, await desk.preview(ada, { tier: 'PRO' }));
    expect(preview).toMatchObject({ takesEffect: 'PERIOD_END', due: 0, effectiveAt: periodEnd, prorationDate: null });
    const next = { tier: 'PRO', period: 'MONTH', at: periodEnd };
    expect(expectStatus(200, await desk.update(ada, { tier: 'PRO' }))).toMatchObject({ tier: 'ENTERPRISE', next });
    expect(expectStatus(200, await desk.update(ada, { tier: 'ENTERPRISE' }))).toMatchObject({
      tier: 'ENTERPRISE',
      next: null,
    });
    expect(expectStatus(200, await desk.update(ada, { tier: 'PRO' }))).toMatchObject({ next });
    expect(expectStatus(200, await desk.resume(ada))).toMatchObject({ next: null });
    // The end instead of the change, and the change instead of the end.
    expectStatus(200, await desk.update(ada, { tier: 'PRO' }));
    expect(expectStatus(200, await desk.update(ada, { tier: 'FREE' }))).toMatchObject({
      next: null,
      cancelAtPeriodEnd: true,
    });
    expect(expectStatus(200, await desk.update(ada, { tier: 'PRO' }))).toMatchObject({
      next,
      cancelAtPeriodEnd: false,
    });
    await desk.to('2027-07-02T00:00:00Z');
    expect(await desk.current(ada)).toMatchObject({ tier: 'PRO', next: null, plan: { id: 'PRO' }, amount: 3000 });
    expect((await desk.charges(ada)).at(-1)).toBe(3000);
    expect(await desk.letters(ada)).toEqual(
      expect.arrayContaining(['subscription-change-scheduled', 'subscription-renewed']),
    );
  });
});

it('more, asked for while the month is renewed, is for the new month', async () => {
  const eve = await desk.subscribed();
  const { periodEnd } = await desk.current(eve);
  const charged = (await desk.charges(eve)).length;
  await desk.unheard(new Date(new Date(periodEnd!).getTime() + 30_000));
  const changed = await desk.update(eve, { tier: 'ENTERPRISE' });
  expect(changed).toMatchObject({ status: 200, body: { tier: 'ENTERPRISE', periodStart: periodEnd } });
  await desk.days(1);
  const [renewal, difference, ...others] = (await desk.charges(eve)).slice(charged).toSorted((a, b) => a - b);
  expect(others).toEqual([]);
  expect(renewal).toBe(3000);
  expect(Math.abs(difference! - 6000)).toBeLessThanOrEqual(1);
});
