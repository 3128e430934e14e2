import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keepBooks } from './support/keep-books.js';
import { permutations } from './support/permutations.js';
import { openSchool, type School } from './support/school.js';
import { SECRET } from './support/stripe-webhook.js';
import { WebhookDesk, checkoutEvent, type Delivery, type Sale, untouched, sold } from './support/webhook-desk.js';

/*
 * Webhooks, as they come in life: twice, late, out of order, forged, about things that are not ours. Bodies are signed with the SDK's own
 * helper where the stand-in would be too honest to send them.
 */

const NEW_SECRET = 'whsec_that_replaces_it';

let school: School;
let webhooks: WebhookDesk;
beforeAll(async () => {
  school = await openSchool({ STRIPE_WEBHOOK_SECRET: `${NEW_SECRET},${SECRET}` });
  webhooks = new WebhookDesk(school);
});
afterAll(() => school.close());
keepBooks(() => school);

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
    const order = await webhooks.sale();
    const event = paid(order);
    const answer = await webhooks.deliver(event, wrong(event));
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({ code: 'INVALID_SIGNATURE' });
    await school.quiet();
    expect(await webhooks.state(order)).toEqual(untouched);
    expect(
      await school.sql('SELECT 1 FROM provider_events WHERE external_id = $1', [(event as { id: string }).id]),
    ).toEqual([]);
  });

  it.each(['/webhooks/stripe', '/payments/webhooks/stripe'])(
    'and is then answered on %s, with no token and no rate limit',
    async (path) => {
      const order = await webhooks.sale();
      const answer = await webhooks.deliver(paid(order), { path });
      expect([answer.status, await answer.json()]).toEqual([200, { received: true }]);
      await school.quiet();
      expect(await webhooks.state(order)).toEqual(sold);
    },
  );

  it.each([SECRET, NEW_SECRET])('may be signed by either of two secrets while one is rolled', async (secret) => {
    expect((await webhooks.deliver(checkoutEvent('charge.updated', {}), { secret })).status).toBe(200);
  });
});

describe('a payment is settled once', () => {
  it('when the event is replayed, one after another and all at once', async () => {
    const order = await webhooks.sale();
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
    expect(await webhooks.state(order)).toEqual(sold);
    expect(await school.sql('SELECT status FROM provider_events WHERE external_id = $1', [completed.id])).toEqual([
      { status: 'PROCESSED' },
    ]);
  });

  it('when Stripe makes two events of one change', async () => {
    const order = await webhooks.sale();
    school.sandbox.stripe.pay(order.stripeId);
    await school.quiet();
    school.sandbox.stripe.emit('checkout.session.completed', school.sandbox.stripe.session(order.stripeId));
    await school.quiet();
    expect(await webhooks.state(order)).toEqual(sold);
  });

  it('when the success page and the webhook race, from many tabs', async () => {
    const order = await webhooks.sale();
    const path = `/payments/sessions/stripe/${order.stripeId}`;
    school.sandbox.stripe.pay(order.stripeId);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => school.get<{ status: string }>(path, order.buyer.token)),
    );
    expect(answers.map(({ body }) => body.status)).toEqual(Array(20).fill('COMPLETED'));
    await school.quiet();
    expect(await webhooks.state(order)).toEqual(sold);
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
      const purchase = await webhooks.sale();
      school.sandbox.stripe.pauseWebhooks();
      school.sandbox.stripe.pay(purchase.stripeId);
      for (const type of order) {
        await school.sandbox.stripe.deliverNow(type);
        await school.settle();
      }
      school.sandbox.stripe.resumeWebhooks();
      await school.quiet();
      expect([order, await webhooks.state(purchase)]).toEqual([order, sold]);
    }
  });
});

describe('delayed methods', () => {
  it('complete first and are paid later: nothing is given before', async () => {
    const order = await webhooks.sale();
    school.sandbox.stripe.payLater(order.stripeId);
    await school.quiet();
    expect(await webhooks.state(order)).toEqual({ ...untouched, session: 'PROCESSING' });
    school.sandbox.stripe.finishPayLater(order.stripeId, 'succeeded');
    await school.quiet();
    expect(await webhooks.state(order)).toEqual(sold);
  });

  it('may fail after all; and a failure heard before the completion is the same', async () => {
    const failed = { ...untouched, session: 'FAILED', payment: 'FAILED', reason: 'async_payment_failed' };
    const order = await webhooks.sale();
    school.sandbox.stripe.payLater(order.stripeId);
    await school.quiet();
    school.sandbox.stripe.finishPayLater(order.stripeId, 'failed');
    await school.quiet();
    expect(await webhooks.state(order)).toEqual(failed);

    const other = await webhooks.sale();
    school.sandbox.stripe.pauseWebhooks();
    school.sandbox.stripe.payLater(other.stripeId);
    school.sandbox.stripe.finishPayLater(other.stripeId, 'failed');
    await school.sandbox.stripe.deliverNow('checkout.session.async_payment_failed');
    await school.settle();
    school.sandbox.stripe.resumeWebhooks();
    await school.quiet();
    expect(await webhooks.state(other)).toEqual(failed);
  });
});

describe('a session that ends unpaid', () => {
  it('is EXPIRED, and completes after all when its money comes late', async () => {
    const order = await webhooks.sale();
    const open = school.sandbox.stripe.session(order.stripeId);
    await webhooks.deliver(checkoutEvent('checkout.session.expired', { ...open, status: 'expired' }));
    await school.quiet();
    expect(await webhooks.state(order)).toMatchObject({
      session: 'EXPIRED',
      payment: 'CANCELLED',
      entries: [],
      enrolled: 0,
    });
    school.sandbox.stripe.pay(order.stripeId);
    await school.quiet();
    expect(await webhooks.state(order)).toEqual(sold);
  });

  it('stays COMPLETED when the expiry is heard after the payment', async () => {
    const order = await webhooks.sale();
    school.sandbox.stripe.pay(order.stripeId);
    await school.quiet();
    await webhooks.deliver(
      checkoutEvent('checkout.session.expired', { id: order.stripeId, status: 'expired', metadata: {}, url: null }),
    );
    await school.quiet();
    expect(await webhooks.state(order)).toEqual(sold);
  });
});

describe('what is not ours', () => {
  it('an event of a kind we do not know is answered 200 and changes nothing', async () => {
    const before = await school.books();
    expect((await webhooks.deliver(checkoutEvent('radar.early_fraud_warning.created', {}))).status).toBe(200);
    await school.quiet();
    expect(await webhooks.inbox('radar.early_fraud_warning.created')).toEqual([{ status: 'IGNORED' }]);
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
    expect((await webhooks.deliver(event)).status).toBe(200);
    await school.quiet();
    expect(await school.sql('SELECT status FROM provider_events WHERE external_id = $1', [event.id])).toEqual([
      { status: 'UNMATCHED' },
    ]);
    expect(await school.sql(`SELECT 1 FROM payments WHERE transaction_id = 'pi_other'`)).toEqual([]);
  });

  it('200 deliveries in a second are all taken', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => webhooks.deliver(checkoutEvent('customer.updated', {}))),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    await school.quiet();
    expect((await webhooks.inbox('customer.updated')).length).toBe(200);
  });
});
