import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CreatedSessionDto } from '../src/payments/checkout/sessions.dto.js';
import { idOf } from '../src/payments/stripe/stripe-money.js';
import { hold } from '../src/sandbox/index.js';
import { Desk, type Sale, SLOW_REFUNDS } from './support/giving-back.js';
import { endQuietly } from './support/keep-books.js';
import { person } from './support/people.js';
import { openSchool, type School } from './support/school.js';
import { bought, unpaid } from './support/standings.js';

/*
 * Mistakes that others have made with Stripe, by the numbers of a public list of them: the order of events, and races. Each test stands on
 * its own; what is behind it is tested further elsewhere.
 */

let school: School;
let desk: Desk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400' });
  desk = new Desk(school);
});
afterAll(() => school.close());
endQuietly(() => school);

const stripe = () => school.sandbox.stripe;
const once = ['course.sold', 'provider.settled'];
const sessionOf = async ({ sessionId }: Sale) => {
  const [row] = await school.sql<{ status: string; reason: string | null }>(
    'SELECT status, failure_reason AS reason FROM payment_sessions WHERE id = $1',
    [sessionId],
  );
  return [row!.status, row!.reason];
};
const cancel = ({ sessionId, buyer }: Sale) =>
  school.post<{ code?: string; session?: { status: string } }>(
    `/payments/sessions/${sessionId}/cancel`,
    {},
    buyer.token,
  );
const intentOf = (sale: Sale) => idOf(stripe().session(sale.stripeId).payment_intent)!;
const chargedOf = (intent: string) =>
  stripe()
    .account.store.charges.filter((charge) => charge.payment_intent === intent && charge.status === 'succeeded')
    .map(({ amount, amount_refunded }) => [amount, amount_refunded]);

describe('the order of events', () => {
  it('9. an older word about a refund never overwrites a newer one, not even of the same second', async () => {
    const sale = await desk.buy({ card: SLOW_REFUNDS });
    stripe().pauseWebhooks();
    const pending = stripe().refund({ paymentIntent: sale.intent });
    const done = stripe().finishRefund(pending.id);
    const failed = stripe().failRefund(pending.id);
    const created = Math.floor(Date.now() / 1000);
    const said = { pending, done, failed };
    for (const name of ['failed', 'done', 'pending', 'failed', 'done'] as const) {
      const { id } = stripe().emit('refund.updated', said[name], { created });
      await stripe().deliverNow(id);
      await school.settle();
      expect(await desk.refunds(sale)).toEqual([['FAILED', 10_000]]);
      expect(await desk.standing(sale)).toEqual(bought);
    }
    stripe().resumeWebhooks();
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual(bought);
    expect(await desk.refunds(sale)).toEqual([['FAILED', 10_000]]);
    expect(await desk.entries(sale)).toEqual(once);
  });

  it('9. the end of a dispute is not undone by its beginning that comes later', async () => {
    const sale = await desk.buy();
    stripe().pauseWebhooks();
    const { id } = stripe().dispute(sale.intent);
    stripe().winDispute(id);
    const types = ['closed', 'funds_reinstated', 'updated', 'funds_withdrawn', 'created'];
    for (const type of types) {
      await stripe().deliverNow(`charge.dispute.${type}`);
      await school.settle();
      const rows = await school.sql('SELECT status FROM disputes WHERE payment_id = $1', [sale.paymentId]);
      expect([type, rows]).toEqual([type, [{ status: 'WON' }]]);
    }
    stripe().resumeWebhooks();
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual(bought);
    expect((await desk.entries(sale)).toSorted()).toEqual([
      'course.sold',
      'dispute.reinstated',
      'dispute.withdrawn',
      'provider.settled',
      'provider.settled',
    ]);
  });

  it('10. the success page, from twenty tabs, and the webhook race: sold once', async () => {
    const sale = await desk.begin();
    desk.pay(sale);
    const path = `/payments/sessions/stripe/${sale.stripeId}`;
    const [tabs] = await Promise.all([
      Promise.all(Array.from({ length: 20 }, () => school.get<{ status: string }>(path, sale.buyer.token))),
      school.quiet(),
    ]);
    expect(tabs.map(({ body }) => body.status)).toEqual(Array(20).fill('COMPLETED'));
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual(bought);
    expect(await desk.entries(sale)).toEqual(once);
  });

  it('10. the webhook may even come before Stripe has answered where to pay: the order was stored before', async () => {
    const { id: courseId } = await school.course({ price: 10_000 });
    const buyer = await person(school);
    const held = hold('after');
    stripe().intercept({ method: 'POST', path: '/v1/checkout/sessions' }, held.handler);
    const answer = school.post<CreatedSessionDto>('/payments/sessions', { courseId }, buyer.token);
    await held.arrived;
    const checkout = stripe().account.store.checkoutSessions.all().at(-1)!;
    stripe().pay(checkout.id);
    await school.quiet();
    held.release();
    const { status, body } = await answer;
    expect([status, body.session.status]).toEqual([201, 'COMPLETED']);
    const { paymentId, id: sessionId, providerReference } = body.session;
    expect(providerReference).toBe(checkout.id);
    const sale = { buyer, courseId, sessionId, paymentId, stripeId: checkout.id, intent: '' };
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual(bought);
    expect(await desk.entries(sale)).toEqual(once);
  });

  it('11. complete is not paid: nothing is given before a delayed method has paid, and then once', async () => {
    const sale = await desk.begin();
    stripe().payLater(sale.stripeId);
    await desk.quiet();
    const told = stripe()
      .events()
      .findLast(({ type }) => type === 'checkout.session.completed')!.data.object;
    expect(told).toMatchObject({ id: sale.stripeId, status: 'complete', payment_status: 'unpaid' });
    expect(await sessionOf(sale)).toEqual(['PROCESSING', null]);
    expect(await desk.standing(sale)).toEqual(unpaid);
    // The page that the buyer comes back to must not sell it either.
    const page = await school.get(`/payments/sessions/stripe/${sale.stripeId}`, sale.buyer.token);
    expect(page.body).toMatchObject({ status: 'PROCESSING' });
    expect(await desk.entries(sale)).toEqual([]);

    stripe().finishPayLater(sale.stripeId, 'succeeded');
    await desk.quiet();
    expect(await sessionOf(sale)).toEqual(['COMPLETED', null]);
    expect(await desk.standing(sale)).toEqual(bought);
    expect(await desk.entries(sale)).toEqual(once);
  });

  it('11. a delayed method that fails ends the order, and its coupon is free again', async () => {
    const { body: coupon } = await school.post<{ id: string; code: string }>(
      '/coupons',
      { code: 'LATER', name: 'Once', discountType: 'PERCENTAGE', discountValue: 10, maxUses: 1 },
      school.admin.token,
    );
    const sale = await desk.begin({ couponCode: coupon.code });
    stripe().payLater(sale.stripeId);
    stripe().finishPayLater(sale.stripeId, 'failed');
    await desk.quiet();
    expect(await sessionOf(sale)).toEqual(['FAILED', 'async_payment_failed']);
    expect(await desk.standing(sale)).toEqual({ ...unpaid, payment: 'FAILED' });
    expect(await desk.entries(sale)).toEqual([]);
    const { body } = await school.get<{ currentUses: number }>(`/coupons/${coupon.id}`, school.admin.token);
    expect(body.currentUses).toBe(0);
  });

  it('12. two sessions for one thing, both paid: one is sold, the money of the other goes back', async () => {
    const first = await desk.begin();
    const second = await desk.begin({ buyer: first.buyer, courseId: first.courseId });
    const moved = await desk.moved(() => {
      desk.pay(first);
      desk.pay(second);
    });
    const fees = 2 * 320;
    expect(moved).toEqual({
      'asset:provider:stripe USD': 10_000 - fees,
      'expense:provider-fees USD': fees,
      'liability:earnings-pending:instructor USD': 7000,
      'revenue:courses USD': 3000,
    });
    const ends = [await desk.standing(first), await desk.standing(second)].map(({ payment }) => payment);
    expect(ends.toSorted()).toEqual(['COMPLETED', 'REFUNDED']);
    const back = [...chargedOf(first.intent), ...chargedOf(second.intent)].map(([, refunded]) => refunded);
    expect(back.toSorted()).toEqual([0, 10_000]);
    expect(await desk.standing(first)).toMatchObject({ place: 'ACTIVE', open: true, count: 1 });
  });

  it('12. a cancelled order cannot be paid: its session at Stripe ends first, even one that had ended already', async () => {
    const sale = await desk.begin();
    expect(await cancel(sale)).toMatchObject({ status: 200, body: { session: { status: 'CANCELED' } } });
    expect(stripe().session(sale.stripeId).status).toBe('expired');
    expect(() => stripe().pay(sale.stripeId)).toThrow();

    const other = await desk.begin();
    stripe().pauseWebhooks();
    stripe().expire(other.stripeId);
    expect((await cancel(other)).status).toBe(200);
    expect((await cancel(other)).status).toBe(200);
    stripe().resumeWebhooks();
    await desk.quiet();
    for (const each of [sale, other]) {
      expect(await sessionOf(each)).toEqual(['CANCELED', 'cancelled']);
      expect(await desk.entries(each)).toEqual([]);
    }
  });

  it('12. money that was faster than the cancellation is never dropped', async () => {
    const sale = await desk.begin();
    stripe().pauseWebhooks();
    desk.pay(sale);
    expect(await cancel(sale)).toMatchObject({ status: 400, body: { code: 'INVALID_TRANSITION' } });
    stripe().resumeWebhooks();
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual(bought);
    expect(await desk.entries(sale)).toEqual(once);

    // Cancelled here by a word that was wrong, and paid all the same.
    const late = await desk.begin();
    const open = stripe().session(late.stripeId);
    stripe().emit('checkout.session.expired', { ...open, status: 'expired', url: null });
    await desk.quiet();
    expect(await sessionOf(late)).toEqual(['EXPIRED', 'checkout_expired']);
    desk.pay(late);
    await desk.quiet();
    expect(await sessionOf(late)).toEqual(['COMPLETED', null]);
    expect(await desk.standing(late)).toEqual(bought);
    expect(chargedOf(intentOf(late))).toEqual([[10_000, 0]]);
  });

  it('13. expired is not failed, and it undoes nothing that was paid', async () => {
    const sale = await desk.buy();
    stripe().emit('checkout.session.expired', { ...stripe().session(sale.stripeId), status: 'expired' });
    await desk.quiet();
    expect(await sessionOf(sale)).toEqual(['COMPLETED', null]);
    expect(await desk.standing(sale)).toEqual(bought);
    expect(await desk.entries(sale)).toEqual(once);
  });

  it('13. an order that nobody pays comes to an end though no webhook ever comes', async () => {
    const sale = await desk.begin();
    stripe().pauseWebhooks();
    school.clock.advance(31 * 60);
    await school.settle();
    expect(await sessionOf(sale)).toEqual(['EXPIRED', 'checkout_expired']);
    expect(await desk.standing(sale)).toEqual({ ...unpaid, payment: 'CANCELLED' });
    expect(stripe().session(sale.stripeId).status).toBe('expired');
    expect(await desk.entries(sale)).toEqual([]);
  });

  it('13. session and intent both carry our ids: either of their events finds the order', async () => {
    for (const type of ['checkout.session.completed', 'payment_intent.succeeded']) {
      const sale = await desk.begin();
      stripe().pauseWebhooks();
      desk.pay(sale);
      const ours = { paymentId: sale.paymentId, sessionId: sale.sessionId };
      expect(stripe().session(sale.stripeId).metadata).toEqual(ours);
      expect(stripe().account.store.paymentIntents.get(sale.intent).metadata).toEqual(ours);
      await stripe().deliverNow(type);
      await school.settle();
      expect(await desk.standing(sale)).toEqual(bought);
      stripe().resumeWebhooks();
      await desk.quiet();
      expect(await desk.entries(sale)).toEqual(once);
    }
  });
});
