import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { Desk, DISPUTED, SLOW_REFUNDS } from './support/giving-back.js';
import { endQuietly } from './support/keep-books.js';
import { openSchool, type School } from './support/school.js';
import { bought, refunded as gone } from './support/standings.js';
import { deliver, eventAbout } from './support/stripe-webhook.js';

/*
 * Mistakes that others have made with Stripe, by the numbers of a public list of them: refunds, disputes, and events that do not exist.
 * Each test stands on its own; what is behind it is tested further elsewhere.
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
const DISPUTE_FEE = 1500;
/** The sale taken back, in proportion: seven tenths were the instructor's. */
const back = (amount: number) => ({
  'asset:provider:stripe USD': -amount,
  'liability:earnings-pending:instructor USD': -amount * 0.7,
  'revenue:courses USD': -amount * 0.3,
});

describe('refunds', () => {
  it('20. charge.refunded of a part is no full refund: access stays, and a part is booked', async () => {
    const sale = await desk.buy();
    const moved = await desk.moved(() => stripe().refund({ paymentIntent: sale.intent, amount: 2000 }));
    const told = stripe()
      .events()
      .findLast(({ type }) => type === 'charge.refunded')!.data;
    expect(told).toMatchObject({
      object: { amount_refunded: 2000, refunded: false },
      previous_attributes: { amount_refunded: 0 },
    });
    expect(told.object).not.toHaveProperty('refunds');
    expect(moved).toEqual(back(2000));
    expect(await desk.standing(sale)).toEqual({ ...bought, payment: 'PARTIALLY_REFUNDED', refunded: 2000 });
    // The running total of the charge is no amount to book again.
    expect(await desk.moved(() => stripe().refund({ paymentIntent: sale.intent, amount: 3000 }))).toEqual(back(3000));
    expect(await desk.moved(() => stripe().refund({ paymentIntent: sale.intent }))).toEqual(back(5000));
    expect(await desk.standing(sale)).toEqual(gone);
    expect(await desk.refunds(sale)).toEqual([
      ['SUCCEEDED', 2000],
      ['SUCCEEDED', 3000],
      ['SUCCEEDED', 5000],
    ]);
  });

  it('20. a refund is one, whoever tells of it: the answer, each webhook twice, the list', async () => {
    const sale = await desk.buy();
    const moved = await desk.moved(async () => {
      await desk.refunded(sale, { amount: 4000 });
      await desk.quiet();
      const told = stripe()
        .events()
        .filter(({ type, data }) => type.includes('refund') && JSON.stringify(data).includes(sale.intent));
      expect(told.length).toBeGreaterThanOrEqual(2);
      await Promise.all([...told, ...told].map(({ id }) => stripe().redeliver(id)));
      await desk.quiet();
      await school.sql('UPDATE payments SET movements_check_at = now() WHERE id = $1', [sale.paymentId]);
    });
    expect(moved).toEqual(back(4000));
    expect(await desk.refunds(sale)).toEqual([['SUCCEEDED', 4000]]);
    const entries = await desk.entries(sale);
    expect(entries.filter((kind) => kind.startsWith('refund.'))).toEqual(['refund.asked', 'refund.done']);
  });

  it('20. a refund that fails after it had succeeded is taken back, access too', async () => {
    const sale = await desk.buy();
    const { providerRefundId } = await desk.refunded(sale);
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual(gone);
    const moved = await desk.moved(() => stripe().failRefund(providerRefundId!));
    expect(moved).toEqual({
      'asset:provider:stripe USD': 10_000,
      'liability:earnings-pending:instructor USD': 7000,
      'revenue:courses USD': 3000,
    });
    expect(await desk.standing(sale)).toEqual(bought);
    expect(await desk.refunds(sale)).toEqual([['FAILED', 10_000]]);
    // And it can be given back after all.
    expect(await desk.moved(() => desk.refunded(sale))).toEqual(back(10_000));
  });
});

describe('disputes', () => {
  it('21. are matched by the PaymentIntent alone: no customer, no metadata', async () => {
    const sale = await desk.buy();
    const bystander = await desk.buy({ buyer: sale.buyer });
    const moved = await desk.moved(() => {
      const { customer, metadata } = stripe().dispute(sale.intent) as Stripe.Dispute & { customer?: string };
      expect([customer, metadata]).toEqual([undefined, {}]);
    });
    expect(moved).toEqual({
      'asset:disputed USD': 10_000,
      'asset:provider:stripe USD': -10_000 - DISPUTE_FEE,
      'expense:dispute-fees USD': DISPUTE_FEE,
    });
    expect(await desk.standing(sale)).toMatchObject({ payment: 'DISPUTED', place: 'SUSPENDED', open: false });
    expect(await desk.standing(bystander)).toEqual(bought);
  });

  it('21. may come before the payment itself, and wait for it', async () => {
    const sale = await desk.begin();
    stripe().pauseWebhooks();
    desk.pay(sale, DISPUTED);
    for (const type of ['charge.dispute.created', 'charge.dispute.funds_withdrawn']) await stripe().deliverNow(type);
    await school.settle();
    expect(await desk.standing(sale)).toMatchObject({ payment: 'PENDING', place: null });
    expect(await school.sql('SELECT 1 FROM disputes WHERE payment_id = $1', [sale.paymentId])).toEqual([]);
    await stripe().deliverNow('payment_intent.succeeded');
    await school.settle();
    expect(await desk.standing(sale)).toMatchObject({ payment: 'DISPUTED', place: 'SUSPENDED', open: false });
    stripe().resumeWebhooks();
    await desk.quiet();
    expect((await desk.entries(sale)).toSorted()).toEqual(['course.sold', 'dispute.withdrawn', ...settledTwice]);
  });

  it("22. what was the instructor's goes back with a refund and with a lost dispute, in the same entry", async () => {
    const earnings = async (paymentId: string) =>
      school.sql<{ kind: string; amount: number }>(
        `SELECT e.kind, l.amount::int FROM ledger_postings l JOIN ledger_accounts a ON a.id = l.account_id
         JOIN ledger_entries e ON e.id = l.entry_id
         WHERE e.object_id = $1 AND a.code = $2 ORDER BY e.id`,
        [paymentId, `liability:earnings-pending:${school.instructor.id}`],
      );
    const refunded = await desk.buy();
    await desk.refunded(refunded, { amount: 1001 });
    await desk.refunded(refunded);
    expect(await earnings(refunded.paymentId)).toEqual([
      { kind: 'course.sold', amount: -7000 },
      { kind: 'refund.asked', amount: 701 },
      { kind: 'refund.asked', amount: 6299 },
    ]);
    const disputed = await desk.buy();
    const { id } = stripe().dispute(disputed.intent);
    await desk.quiet();
    stripe().loseDispute(id);
    await desk.quiet();
    expect(await earnings(disputed.paymentId)).toEqual([
      { kind: 'course.sold', amount: -7000 },
      { kind: 'dispute.lost', amount: 7000 },
    ]);
    expect(await desk.standing(disputed)).toMatchObject({ payment: 'REFUNDED', place: 'CANCELLED', open: false });
  });

  it('22. a refund that Stripe refuses takes nothing from the instructor', async () => {
    const sale = await desk.buy();
    stripe().pauseWebhooks();
    // Disputed a moment ago; we have not heard of it.
    stripe().dispute(sale.intent);
    const moved = await (async () => {
      const before = await school.books();
      expect(await desk.refund(sale)).toMatchObject({ status: 409, body: { code: 'REFUND_REFUSED' } });
      return [before, await school.books()];
    })();
    expect(moved[1]).toEqual(moved[0]);
    expect(await desk.standing(sale)).toEqual(bought);
    stripe().resumeWebhooks();
    await desk.quiet();
    expect(await desk.standing(sale)).toMatchObject({ payment: 'DISPUTED', refunded: 0, disputed: 10_000 });
  });
});

const settledTwice = ['provider.settled', 'provider.settled'];

describe('events', () => {
  /** What the system acts on; the compiler holds each against the list of the SDK. */
  const existing = [
    'checkout.session.completed',
    'checkout.session.async_payment_succeeded',
    'checkout.session.async_payment_failed',
    'checkout.session.expired',
    'payment_intent.succeeded',
    'refund.updated',
    'refund.failed',
    'charge.refunded',
    'charge.dispute.closed',
  ] as const satisfies Stripe.Event.Type[];
  const invented = ['refund.succeeded', 'payment_intent.failed', 'transfer.paid', 'transfer.failed', 'charge.disputed'];

  it('23. that do not exist are not waited for: everything comes to its end by those that do', async () => {
    const sale = await desk.buy({ card: SLOW_REFUNDS });
    const { body } = await desk.refund(sale);
    expect(body.status).toBe('PENDING');
    stripe().finishRefund(body.providerRefundId!);
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual(gone);
    const failing = await desk.begin();
    stripe().payLater(failing.stripeId);
    stripe().finishPayLater(failing.stripeId, 'failed');
    const lost = await desk.buy();
    stripe().loseDispute(stripe().dispute(lost.intent).id);
    stripe().expire((await desk.begin()).stripeId);
    await desk.quiet();
    const sent = new Set<string>(
      stripe()
        .events()
        .map(({ type }) => type),
    );
    expect(invented.filter((type) => sent.has(type))).toEqual([]);
    const processed = await school.sql<{ type: string }>(
      `SELECT DISTINCT type FROM provider_events WHERE status = 'PROCESSED'`,
    );
    const types = processed.map(({ type }) => type);
    expect(existing.filter((type) => sent.has(type) && !types.includes(type))).toEqual([]);
    expect(await desk.standing(failing)).toMatchObject({ payment: 'FAILED' });
    expect(await desk.standing(lost)).toMatchObject({ payment: 'REFUNDED' });
  });

  it.each(invented)('23. %s, should somebody send it, changes nothing', async (type) => {
    const sale = await desk.buy();
    const refund = { id: 're_x', object: 'refund', amount: 10_000, currency: 'usd', payment_intent: sale.intent };
    const event = eventAbout(type, { ...refund, status: 'succeeded', metadata: { paymentId: sale.paymentId } });
    expect(await deliver(school, event)).toBe(200);
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual(bought);
    expect(await desk.entries(sale)).toEqual(once);
  });
});
