import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { keepBooks } from './support/keep-books.js';
import { person, type Person } from './support/people.js';
import { permutations } from './support/permutations.js';
import { openSchool, type School } from './support/school.js';

/*
 * Webhooks, as they come in life: twice, late, out of order, forged, about things that are not ours. Bodies are signed with the SDK's own
 * helper where the stand-in would be too honest to send them.
 */

const SECRET = 'whsec_of_the_tests';
const NEW_SECRET = 'whsec_that_replaces_it';
const signer = new Stripe('sk_test_unused').webhooks;

let school: School;
beforeAll(async () => {
  school = await openSchool({ STRIPE_WEBHOOK_SECRET: `${NEW_SECRET},${SECRET}` });
});
afterAll(() => school.close());
keepBooks(() => school);

interface Delivery {
  body?: string;
  secret?: string;
  ageSeconds?: number;
  header?: string;
  path?: string;
}

function deliver(
  event: object,
  { body, secret = SECRET, ageSeconds = 0, header, path = '/webhooks/stripe' }: Delivery = {},
) {
  const payload = JSON.stringify(event, null, 2);
  const timestamp = Math.floor(Date.now() / 1000) - ageSeconds;
  return fetch(`${school.url}/api${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'stripe-signature': header ?? signer.generateTestHeaderString({ payload, secret, timestamp }),
    },
    body: body ?? payload,
  });
}

let number = 0;
const checkoutEvent = (type: string, object: object) => ({
  id: `evt_of_the_test_${(number += 1)}`,
  object: 'event',
  livemode: false,
  type,
  created: Math.floor(Date.now() / 1000),
  data: { object: { object: 'checkout.session', status: 'complete', ...object } },
});

interface Sale {
  buyer: Person;
  courseId: string;
  sessionId: string;
  paymentId: string;
  stripeId: string;
}

async function sale(buyer?: Person, courseId?: string): Promise<Sale> {
  const who = buyer ?? (await person(school));
  const course = courseId ?? (await school.course()).id;
  const { session, stripeId } = await school.begin(course, who);
  return { buyer: who, courseId: course, sessionId: session.id, paymentId: session.paymentId, stripeId };
}

async function state({ sessionId, paymentId, courseId, buyer }: Sale) {
  const [row] = await school.sql<{ session: string; payment: string; reason: string | null }>(
    `SELECT s.status AS session, p.status AS payment, s.failure_reason AS reason FROM payment_sessions s JOIN payments p ON p.session_id = s.id WHERE s.id = $1`,
    [sessionId],
  );
  const places = await school.sql('SELECT 1 FROM enrollments WHERE course_id = $1 AND user_id = $2', [
    courseId,
    buyer.id,
  ]);
  const refunds = await school.sql<{ amount: number; currency: string; status: string; reason: string }>(
    'SELECT amount::int, currency, status, reason, failure_reason AS failure FROM refunds WHERE payment_id = $1',
    [paymentId],
  );
  return { ...row, entries: await school.entriesAbout(paymentId), enrolled: places.length, refunds };
}

const untouched = { session: 'PENDING', payment: 'PENDING', reason: null, entries: [], enrolled: 0, refunds: [] };
const sold = {
  session: 'COMPLETED',
  payment: 'COMPLETED',
  reason: null,
  entries: ['course.sold'],
  enrolled: 1,
  refunds: [],
};
const inbox = (type: string) =>
  school.sql<{ status: string }>('SELECT status FROM provider_events WHERE type = $1', [type]);

describe('a webhook must prove where it comes from', () => {
  const paid = ({ stripeId, paymentId }: Sale) =>
    checkoutEvent('checkout.session.completed', {
      id: stripeId,
      payment_status: 'paid',
      payment_intent: `pi_${stripeId}`,
      amount_total: 9999,
      currency: 'usd',
      metadata: { paymentId },
    });

  it.each<[string, (event: object) => Delivery]>([
    ['signed with another secret', () => ({ secret: 'whsec_somebody_elses' })],
    ['older than five minutes', () => ({ ageSeconds: 301 })],
    [
      'whose body was changed after it was signed',
      (event) => ({ body: JSON.stringify(event, null, 2).replace('9999', '1') }),
    ],
    ['parsed and written again: the same JSON in other bytes', (event) => ({ body: JSON.stringify(event) })],
    ['with a signature that is none', () => ({ header: 't=1,v1=00' })],
    ['with the decoy scheme only', () => ({ header: `t=${Math.floor(Date.now() / 1000)},v0=${'0'.repeat(64)}` })],
    ['with an empty header', () => ({ header: '' })],
  ])('one %s is refused, and nothing is kept', async (_, wrong) => {
    const order = await sale();
    const event = paid(order);
    const answer = await deliver(event, wrong(event));
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({ code: 'INVALID_SIGNATURE' });
    await school.quiet();
    expect(await state(order)).toEqual(untouched);
    expect(
      await school.sql('SELECT 1 FROM provider_events WHERE external_id = $1', [(event as { id: string }).id]),
    ).toEqual([]);
  });

  it.each(['/webhooks/stripe', '/payments/webhooks/stripe'])(
    'and is then answered on %s, with no token and no rate limit',
    async (path) => {
      const order = await sale();
      const answer = await deliver(paid(order), { path });
      expect([answer.status, await answer.json()]).toEqual([200, { received: true }]);
      await school.quiet();
      expect(await state(order)).toEqual(sold);
    },
  );

  it.each([SECRET, NEW_SECRET])('may be signed by either of two secrets while one is rolled', async (secret) => {
    expect((await deliver(checkoutEvent('charge.updated', {}), { secret })).status).toBe(200);
  });
});

describe('a payment is settled once', () => {
  it('when the event is replayed, one after another and all at once', async () => {
    const order = await sale();
    school.sandbox.stripe.pay(order.stripeId);
    await school.quiet();
    const completed = school.sandbox.stripe
      .events()
      .find(
        (event) =>
          event.type === 'checkout.session.completed' && (event.data.object as { id: string }).id === order.stripeId,
      )!;
    for (let turn = 0; turn < 3; turn += 1) await school.sandbox.stripe.redeliver(completed.id);
    await Promise.all(Array.from({ length: 10 }, () => school.sandbox.stripe.redeliver(completed.id)));
    await school.quiet();
    expect(await state(order)).toEqual(sold);
    expect(await school.sql('SELECT status FROM provider_events WHERE external_id = $1', [completed.id])).toEqual([
      { status: 'PROCESSED' },
    ]);
  });

  it('when Stripe makes two events of one change', async () => {
    const order = await sale();
    school.sandbox.stripe.pay(order.stripeId);
    await school.quiet();
    school.sandbox.stripe.emit('checkout.session.completed', school.sandbox.stripe.session(order.stripeId));
    await school.quiet();
    expect(await state(order)).toEqual(sold);
  });

  it('when the success page and the webhook race, from many tabs', async () => {
    const order = await sale();
    const path = `/payments/sessions/stripe/${order.stripeId}`;
    school.sandbox.stripe.pay(order.stripeId);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => school.get<{ status: string }>(path, order.buyer.token)),
    );
    expect(answers.map(({ body }) => body.status)).toEqual(Array(20).fill('COMPLETED'));
    await school.quiet();
    expect(await state(order)).toEqual(sold);
    expect(await school.sql('SELECT enrollment_count FROM courses WHERE id = $1', [order.courseId])).toEqual([
      { enrollment_count: 1 },
    ]);
  });

  it('in whatever order its events arrive', async () => {
    const orders = [
      ...permutations([
        'payment_intent.created',
        'charge.succeeded',
        'payment_intent.succeeded',
        'checkout.session.completed',
      ]),
    ];
    for (const order of orders.filter((_, index) => index % 5 === 0)) {
      const purchase = await sale();
      school.sandbox.stripe.pauseWebhooks();
      school.sandbox.stripe.pay(purchase.stripeId);
      for (const type of order) {
        await school.sandbox.stripe.deliverNow(type);
        await school.settle();
      }
      school.sandbox.stripe.resumeWebhooks();
      await school.quiet();
      expect([order, await state(purchase)]).toEqual([order, sold]);
    }
  });
});

describe('delayed methods', () => {
  it('complete first and are paid later: nothing is given before', async () => {
    const order = await sale();
    school.sandbox.stripe.payLater(order.stripeId);
    await school.quiet();
    expect(await state(order)).toEqual({ ...untouched, session: 'PROCESSING' });
    school.sandbox.stripe.finishPayLater(order.stripeId, 'succeeded');
    await school.quiet();
    expect(await state(order)).toEqual(sold);
  });

  it('may fail after all; and a failure heard before the completion is the same', async () => {
    const failed = { ...untouched, session: 'FAILED', payment: 'FAILED', reason: 'async_payment_failed' };
    const order = await sale();
    school.sandbox.stripe.payLater(order.stripeId);
    await school.quiet();
    school.sandbox.stripe.finishPayLater(order.stripeId, 'failed');
    await school.quiet();
    expect(await state(order)).toEqual(failed);

    const other = await sale();
    school.sandbox.stripe.pauseWebhooks();
    school.sandbox.stripe.payLater(other.stripeId);
    school.sandbox.stripe.finishPayLater(other.stripeId, 'failed');
    await school.sandbox.stripe.deliverNow('checkout.session.async_payment_failed');
    await school.settle();
    school.sandbox.stripe.resumeWebhooks();
    await school.quiet();
    expect(await state(other)).toEqual(failed);
  });
});

describe('a session that ends unpaid', () => {
  it('is EXPIRED, and completes after all when its money comes late', async () => {
    const order = await sale();
    const open = school.sandbox.stripe.session(order.stripeId);
    await deliver(checkoutEvent('checkout.session.expired', { ...open, status: 'expired' }));
    await school.quiet();
    expect(await state(order)).toMatchObject({ session: 'EXPIRED', payment: 'CANCELLED', entries: [], enrolled: 0 });
    school.sandbox.stripe.pay(order.stripeId);
    await school.quiet();
    expect(await state(order)).toEqual(sold);
  });

  it('stays COMPLETED when the expiry is heard after the payment', async () => {
    const order = await sale();
    school.sandbox.stripe.pay(order.stripeId);
    await school.quiet();
    await deliver(
      checkoutEvent('checkout.session.expired', { id: order.stripeId, status: 'expired', metadata: {}, url: null }),
    );
    await school.quiet();
    expect(await state(order)).toEqual(sold);
  });
});

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
    const order = await sale();
    await deliver(completed(order, wrong));
    await deliver(completed(order, wrong));
    await school.quiet();
    expect(await state(order)).toEqual({
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
    const first = await sale();
    const second = await sale(first.buyer, first.courseId);
    school.sandbox.stripe.pay(first.stripeId);
    school.sandbox.stripe.pay(second.stripeId);
    await school.quiet();
    const [kept, returned] = (await state(first)).session === 'COMPLETED' ? [first, second] : [second, first];
    expect(await state(kept)).toEqual(sold);
    expect(await state(returned)).toEqual({
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
    const order = await sale();
    school.sandbox.stripe.pay(order.stripeId);
    await school.quiet();
    for (let turn = 0; turn < 2; turn += 1) await deliver(completed(order, { payment_intent: 'pi_a_second_one' }));
    await school.quiet();
    expect(await state(order)).toEqual({
      ...sold,
      entries: ['course.sold', 'payment.unapplied', 'refund.asked', 'refund.failed'],
      refunds: [{ amount: 9999, currency: 'USD', status: 'FAILED', reason: 'PAID_TWICE', failure: 'resource_missing' }],
    });
    expect(await school.books()).toMatchObject({ [`liability:unapplied:${order.paymentId} USD`]: 9999 });
  });
});

describe('what is not ours', () => {
  it('an event of a kind we do not know is answered 200 and changes nothing', async () => {
    const before = await school.books();
    expect((await deliver(checkoutEvent('radar.early_fraud_warning.created', {}))).status).toBe(200);
    await school.quiet();
    expect(await inbox('radar.early_fraud_warning.created')).toEqual([{ status: 'IGNORED' }]);
    expect(await school.books()).toEqual(before);
  });

  it('a session that we never made is answered 200 and kept as unmatched', async () => {
    const event = checkoutEvent('checkout.session.completed', {
      id: 'cs_test_of_another_shop',
      payment_status: 'paid',
      payment_intent: 'pi_other',
      amount_total: 100,
      currency: 'usd',
      metadata: null,
    });
    expect((await deliver(event)).status).toBe(200);
    await school.quiet();
    expect(await school.sql('SELECT status FROM provider_events WHERE external_id = $1', [event.id])).toEqual([
      { status: 'UNMATCHED' },
    ]);
    expect(await school.sql(`SELECT 1 FROM payments WHERE transaction_id = 'pi_other'`)).toEqual([]);
  });

  it('200 deliveries in a second are all taken', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => deliver(checkoutEvent('customer.updated', {}))),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    await school.quiet();
    expect((await inbox('customer.updated')).length).toBe(200);
  });
});

describe('an event that cannot be acted on now', () => {
  it('stays ours, is tried again with pauses, and does its work when the cause is gone', async () => {
    const order = await sale();
    await school.sql(
      'ALTER TABLE enrollments ADD CONSTRAINT broken CHECK (course_id <> $1) NOT VALID'.replace(
        '$1',
        `'${order.courseId}'`,
      ),
    );
    school.sandbox.stripe.pay(order.stripeId);
    await school.quiet();
    expect(await state(order)).toEqual(untouched);
    const [failed] = await school.sql<{ status: string; attempts: number; last_error: string }>(
      `SELECT status, attempts, last_error FROM provider_events WHERE type = 'checkout.session.completed' AND body LIKE $1`,
      [`%${order.stripeId}%`],
    );
    expect(failed).toMatchObject({ status: 'RECEIVED', last_error: expect.stringContaining('broken') });
    await school.sql('ALTER TABLE enrollments DROP CONSTRAINT broken');
    school.clock.advance(600);
    await school.quiet();
    expect(await state(order)).toEqual(sold);
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
    const order = await sale();
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
    expect(await state(order)).toEqual(untouched);

    await stripe.deliverNow('checkout.session.completed');
    await school.settle();
    for (const { id } of about) expect(await heard(id)).toMatchObject({ status: 'PROCESSED', waits_for: movement });
    stripe.resumeWebhooks();
    await school.quiet();
    expect(await state(order)).toEqual({
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
    const { stripeId, paymentId } = await sale();
    const movement = `pi_late_${stripeId}`;
    const event = {
      ...checkoutEvent('charge.updated', {}),
      data: { object: { object: 'charge', id: 'ch_late', payment_intent: movement } },
    };
    await deliver(event);
    await school.settle();
    await school.sql(`UPDATE provider_events SET status = 'UNMATCHED' WHERE external_id = $1`, [event.id]);
    const money = { payment_status: 'paid', amount_total: 9999, currency: 'usd', metadata: { paymentId } };
    for (const payment_intent of [...(twice ? [`pi_first_${stripeId}`] : []), movement]) {
      await deliver(checkoutEvent('checkout.session.completed', { id: stripeId, ...money, payment_intent }));
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
    expect((await deliver(event)).status).toBe(200);
    await school.settle();
    expect(await heard(event.id)).toMatchObject({ status: 'RECEIVED', waits_for: 'pi_of_another_shop' });
    while ((await heard(event.id)).status === 'RECEIVED') {
      school.clock.advance(3600);
      await school.settle();
    }
    expect(await heard(event.id)).toEqual({ status: 'UNMATCHED', waits_for: 'pi_of_another_shop', attempts: 13 });
  });
});
