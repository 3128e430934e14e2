import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keepBooks } from './support/keep-books.js';
import { openSchool, type School } from './support/school.js';
import { WebhookDesk, checkoutEvent, type Sale, untouched, sold } from './support/webhook-desk.js';

/* Money that fits nothing, and webhooks that cannot be acted on yet. */

let school: School;
let webhooks: WebhookDesk;
beforeAll(async () => {
  school = await openSchool();
  webhooks = new WebhookDesk(school);
});
afterAll(() => school.close());
keepBooks(() => school);

describe('money that fits nothing is booked as unapplied and given back', () => {
  const completed = (order: Sale, fields: object) =>
    checkoutEvent('checkout.session.completed', {
      id: order.stripeId,
      payment_status: 'paid',
      payment_intent: `pi_${order.stripeId}`,
      amount_total: 9999,
      currency: 'usd',
      metadata: {},
      url: null,
      ...fields,
    });

  it.each([
    ['another amount', { amount_total: 9998 }, 9998, 'USD'],
    ['another currency', { currency: 'eur' }, 9999, 'EUR'],
  ])('%s than was asked', async (_, wrong, amount, currency) => {
    const order = await webhooks.sale();
    await webhooks.deliver(completed(order, wrong));
    await webhooks.deliver(completed(order, wrong));
    await school.quiet();
    expect(await webhooks.state(order)).toEqual({
      session: 'FAILED',
      payment: 'COMPLETED',
      reason: 'AMOUNT_MISMATCH',
      // The stand-in knows of no such movement, so it does not give it back: an admin sees what became of it.
      entries: ['payment.unapplied', 'refund.asked', 'refund.failed'],
      enrolled: 0,
      refunds: [{ amount, currency, status: 'FAILED', reason: 'AMOUNT_MISMATCH', failure: 'resource_missing' }],
    });
    expect(await school.books()).toMatchObject({ [`liability:unapplied:${order.paymentId} ${currency}`]: amount });
    expect((await school.get(`/payments/${order.paymentId}`, order.buyer.token)).body).toMatchObject({
      ...{ total: 9999, currency: 'USD', receivedAmount: amount, receivedCurrency: currency },
    });
  });

  it('two sessions for one course, both paid: one enrollment, the second payment goes back', async () => {
    const first = await webhooks.sale();
    const second = await webhooks.sale(first.buyer, first.courseId);
    school.sandbox.stripe.pay(first.stripeId);
    school.sandbox.stripe.pay(second.stripeId);
    await school.quiet();
    const [kept, returned] = (await webhooks.state(first)).session === 'COMPLETED' ? [first, second] : [second, first];
    expect(await webhooks.state(kept)).toEqual(sold);
    expect(await webhooks.state(returned)).toEqual({
      session: 'FAILED',
      payment: 'REFUNDED',
      reason: 'ALREADY_ENROLLED',
      entries: ['payment.unapplied', 'refund.asked', 'refund.done'],
      enrolled: 1,
      refunds: [{ amount: 9999, currency: 'USD', status: 'SUCCEEDED', reason: 'ALREADY_ENROLLED', failure: null }],
    });
    const { payment_intent: movement } = school.sandbox.stripe.session(returned.stripeId);
    expect(await school.sql('SELECT provider_refund_id FROM refunds WHERE transaction_id = $1', [movement])).toEqual([
      { provider_refund_id: expect.stringMatching(/^re_/) },
    ]);
    const books = await school.books();
    expect(books).not.toHaveProperty(`liability:unapplied:${returned.paymentId} USD`);
    expect(books).not.toHaveProperty('liability:refunds-pending USD');
  });

  it('a second movement of money for one session', async () => {
    const order = await webhooks.sale();
    school.sandbox.stripe.pay(order.stripeId);
    await school.quiet();
    for (let turn = 0; turn < 2; turn += 1)
      await webhooks.deliver(completed(order, { payment_intent: 'pi_a_second_one' }));
    await school.quiet();
    expect(await webhooks.state(order)).toEqual({
      ...sold,
      entries: ['course.sold', 'payment.unapplied', 'refund.asked', 'refund.failed'],
      refunds: [{ amount: 9999, currency: 'USD', status: 'FAILED', reason: 'PAID_TWICE', failure: 'resource_missing' }],
    });
    expect(await school.books()).toMatchObject({ [`liability:unapplied:${order.paymentId} USD`]: 9999 });
  });
});

describe('an event that cannot be acted on now', () => {
  it('stays ours, is tried again with pauses, and does its work when the cause is gone', async () => {
    const order = await webhooks.sale();
    await school.sql(
      'ALTER TABLE enrollments ADD CONSTRAINT broken CHECK (course_id <> $1) NOT VALID'.replace(
        '$1',
        `'${order.courseId}'`,
      ),
    );
    school.sandbox.stripe.pay(order.stripeId);
    await school.quiet();
    expect(await webhooks.state(order)).toEqual(untouched);
    const [failed] = await school.sql<{ status: string; attempts: number; last_error: string }>(
      `SELECT status, attempts, last_error FROM provider_events WHERE type = 'checkout.session.completed' AND body LIKE $1`,
      [`%${order.stripeId}%`],
    );
    expect(failed).toMatchObject({ status: 'RECEIVED', last_error: expect.stringContaining('broken') });
    await school.sql('ALTER TABLE enrollments DROP CONSTRAINT broken');
    school.clock.advance(600);
    await school.quiet();
    expect(await webhooks.state(order)).toEqual(sold);
  });
});

describe('what is heard of money before the money itself', () => {
  const heard = async (externalId: string) =>
    (
      await school.sql<{ status: string; waits_for: string; attempts: number }>(
        'SELECT status, waits_for, attempts FROM provider_events WHERE external_id = $1',
        [externalId],
      )
    )[0]!;

  it('waits for it, and is acted on as soon as it has come', async () => {
    const { stripe } = school.sandbox;
    const order = await webhooks.sale();
    stripe.pauseWebhooks();
    stripe.pay(order.stripeId);
    const movement = stripe.session(order.stripeId).payment_intent as string;
    stripe.refund({ paymentIntent: movement });
    stripe.sweep();
    const about = ['refund.created', 'charge.refunded', 'charge.updated'].map((type) =>
      stripe.events().findLast((event) => event.type === type && JSON.stringify(event.data.object).includes(movement))!,
    );
    for (const event of about) await stripe.deliverNow(event.id);
    await school.settle();
    for (const { id } of about) expect(await heard(id)).toMatchObject({ status: 'RECEIVED', waits_for: movement });
    expect(await webhooks.state(order)).toEqual(untouched);

    await stripe.deliverNow('checkout.session.completed');
    await school.settle();
    for (const { id } of about) expect(await heard(id)).toMatchObject({ status: 'PROCESSED', waits_for: movement });
    stripe.resumeWebhooks();
    await school.quiet();
    expect(await webhooks.state(order)).toEqual({
      ...sold,
      payment: 'REFUNDED',
      entries: ['course.sold', 'refund.asked', 'refund.done'],
      refunds: [
        { amount: 9999, currency: 'USD', status: 'SUCCEEDED', reason: 'Refunded at the provider', failure: null },
      ],
    });
  });

  it.each([
    ['for what is sold', false],
    ['a second time', true],
  ])('is taken up again, though it was given up, when money comes %s', async (_, twice) => {
    const { stripeId, paymentId } = await webhooks.sale();
    const movement = `pi_late_${stripeId}`;
    const event = {
      ...checkoutEvent('charge.updated', {}),
      data: { object: { object: 'charge', id: 'ch_late', payment_intent: movement } },
    };
    await webhooks.deliver(event);
    await school.settle();
    await school.sql(`UPDATE provider_events SET status = 'UNMATCHED' WHERE external_id = $1`, [event.id]);
    const money = { payment_status: 'paid', amount_total: 9999, currency: 'usd', metadata: { paymentId } };
    for (const payment_intent of [...(twice ? [`pi_first_${stripeId}`] : []), movement]) {
      await webhooks.deliver(checkoutEvent('checkout.session.completed', { id: stripeId, ...money, payment_intent }));
      await school.settle();
    }
    expect(await heard(event.id)).toMatchObject({ status: 'PROCESSED', waits_for: movement });
    await school.quiet();
  });

  it('is kept as unmatched when it does not come in some hours', async () => {
    const event = {
      ...checkoutEvent('charge.updated', {}),
      data: { object: { object: 'charge', id: 'ch_other', payment_intent: 'pi_of_another_shop' } },
    };
    expect((await webhooks.deliver(event)).status).toBe(200);
    await school.settle();
    expect(await heard(event.id)).toMatchObject({ status: 'RECEIVED', waits_for: 'pi_of_another_shop' });
    while ((await heard(event.id)).status === 'RECEIVED') {
      school.clock.advance(3600);
      await school.settle();
    }
    expect(await heard(event.id)).toEqual({ status: 'UNMATCHED', waits_for: 'pi_of_another_shop', attempts: 13 });
  });
});
