import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { ProcessInbox } from '../src/payments/webhooks/process-inbox.js';
import { CarryOutRefunds } from '../src/payments/refunds/carry-out-refunds.js';
import { answerWith, cutConnection, hold } from '../src/sandbox/index.js';
import { Desk, feeOf, type Sale, SLOW_REFUNDS } from './support/giving-back.js';
import { endQuietly } from './support/keep-books.js';
import { person } from './support/people.js';
import { openSchool, type School } from './support/school.js';
import { bought } from './support/standings.js';

/* Money that fits nothing goes back by itself; and when it does not, a person sees to it. */

const REFUNDS = { method: 'POST', path: '/v1/refunds' };
const refused = answerWith(400, {
  error: { type: 'invalid_request_error', code: 'insufficient_funds', message: 'Not enough on your balance.' },
});

let school: School;
let desk: Desk;
let stripe: Stripe;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api' });
  desk = new Desk(school);
  const { hostname, port } = new URL(school.sandbox.url);
  stripe = new Stripe('sk_test_of_the_tests', { host: hostname, port, protocol: 'http' });
});
afterAll(() => school.close());
endQuietly(() => school);

const fee = feeOf(10_000);
const kept = { 'asset:provider:stripe USD': -fee, 'expense:provider-fees USD': fee };
const refundsOf = (sale: Sale) =>
  school.sql<{ id: string; status: string; reason: string; amount: number }>(
    'SELECT id, status, reason, amount::int FROM refunds WHERE payment_id = $1 ORDER BY id',
    [sale.paymentId],
  );

/** The second of two payments for one place. */
async function inVain(card?: string): Promise<Sale> {
  const first = await desk.begin();
  const second = await desk.begin({ buyer: first.buyer, courseId: first.courseId });
  desk.pay(first);
  await desk.quiet();
  desk.pay(second, card);
  return second;
}

/** A checkout that we did not make, whose intent names our payment. */
async function paidAgain(sale: Sale, card?: string, amount = 10_000): Promise<string> {
  const checkout = await stripe.checkout.sessions.create({
    mode: 'payment',
    success_url: 'https://school.example/thanks',
    line_items: [
      {
        quantity: 1,
        price_data: { currency: 'usd', unit_amount: amount, product_data: { name: 'The same once more' } },
      },
    ],
    payment_intent_data: { metadata: { paymentId: sale.paymentId } },
  });
  return school.sandbox.stripe.pay(checkout.id, { card }).paymentIntent!.id;
}

describe('money that fitted nothing and that a bank then takes', () => {
  it('is not owed any more: it cannot be given back a second time', async () => {
    const sale = await inVain('4000000000000259');
    await desk.quiet();
    const [dispute] = await school.sql<{ external_id: string }>(
      'SELECT external_id FROM disputes WHERE payment_id = $1',
      [sale.paymentId],
    );
    expect(await refundsOf(sale)).toMatchObject([{ status: 'FAILED', amount: 10_000 }]);
    school.sandbox.stripe.loseDispute(dispute!.external_id);
    await desk.quiet();
    const books = await school.books();
    expect(books[`liability:unapplied:${sale.paymentId} USD`]).toBeUndefined();
    expect(books['asset:disputed USD']).toBeUndefined();
    expect(books['expense:dispute-losses USD']).toBeUndefined();
    const again = { paymentId: sale.paymentId, reason: 'Once more', destination: 'WALLET' };
    expect(await school.post('/payments/refund', again, school.admin.token)).toMatchObject({
      status: 409,
      body: { code: 'NOT_REFUNDABLE' },
    });
    expect(await desk.wallet(sale.buyer)).toBe(0);
  });
});

describe('money for what the buyer has already', () => {
  it('goes back by itself; only the fee is lost', async () => {
    const first = await desk.begin();
    const sale = await desk.begin({ buyer: first.buyer, courseId: first.courseId });
    desk.pay(first);
    await desk.quiet();
    expect(await desk.moved(() => desk.pay(sale))).toEqual(kept);
    expect(await desk.standing(sale)).toEqual({ ...bought, payment: 'REFUNDED' });
    expect(await refundsOf(sale)).toMatchObject([{ status: 'SUCCEEDED', reason: 'ALREADY_ENROLLED', amount: 10_000 }]);
    expect(await desk.entries(sale)).toEqual([
      ...['payment.unapplied', 'refund.asked', 'refund.done', 'provider.settled'],
    ]);
    expect(await desk.refund(sale)).toMatchObject({ status: 409, body: { code: 'NOT_REFUNDABLE' } });
  });

  it('is pending while the provider has not done it', async () => {
    const sale = await inVain(SLOW_REFUNDS);
    await desk.quiet();
    expect(await refundsOf(sale)).toMatchObject([{ status: 'PENDING' }]);
    expect(await desk.refund(sale)).toMatchObject({ status: 409, body: { code: 'NOT_REFUNDABLE' } });
    const [made] = school.sandbox.stripe.account.store.refunds.filter((one) => one.payment_intent === sale.intent);
    expect(await desk.moved(() => school.sandbox.stripe.finishRefund(made!.id))).toEqual({
      'asset:provider:stripe USD': -10_000,
      'liability:refunds-pending USD': -10_000,
    });
    expect(await desk.standing(sale)).toEqual({ ...bought, payment: 'REFUNDED' });
  });

  it('survives a provider that is down', async () => {
    const calm = school.sandbox.stripe.intercept({ ...REFUNDS, times: Infinity }, cutConnection('after'));
    const sale = await inVain();
    await desk.quiet();
    expect(await refundsOf(sale)).toMatchObject([{ status: expect.stringMatching(/PENDING|SUCCEEDED/) }]);
    calm();
    await desk.later();
    expect(await refundsOf(sale)).toMatchObject([{ status: 'SUCCEEDED' }]);
    expect(
      school.sandbox.stripe.account.store.refunds.filter((one) => one.payment_intent === sale.intent),
    ).toHaveLength(1);
  });
});

describe('what could not be given back', () => {
  const failed = async (card?: string) => {
    school.sandbox.stripe.intercept(REFUNDS, refused);
    const sale = await inVain(card);
    await desk.quiet();
    expect(await refundsOf(sale)).toMatchObject([{ status: 'FAILED' }]);
    return sale;
  };

  it('lies unapplied, and is given back whole when an admin asks again', async () => {
    const sale = await failed();
    expect(await school.books()).toMatchObject({ [`liability:unapplied:${sale.paymentId} USD`]: 10_000 });
    expect(await desk.standing(sale)).toEqual(bought);
    expect(await desk.refund(sale, { amount: 9999 })).toMatchObject({ status: 400, body: { code: 'REFUND_TOO_MUCH' } });
    const moved = await desk.moved(() => desk.refunded(sale));
    expect(moved).toEqual({ 'asset:provider:stripe USD': -10_000, 'liability:unapplied:buyer USD': -10_000 });
    expect(await desk.standing(sale)).toEqual({ ...bought, payment: 'REFUNDED' });
    expect(await refundsOf(sale)).toMatchObject([
      { status: 'FAILED' },
      { status: 'SUCCEEDED', reason: 'not as described' },
    ]);
    expect(await desk.refund(sale)).toMatchObject({ status: 409, body: { code: 'NOT_REFUNDABLE' } });
  });

  it('is told to its buyer, who heard that it was coming back; a refusal of what an admin asks for is not', async () => {
    const letters = async ({ buyer }: Sale) =>
      (
        await school.sql<{ template: string }>('SELECT template FROM emails WHERE recipient_id = $1 ORDER BY id', [
          buyer.id,
        ])
      ).map(({ template }) => template);
    const sale = await failed();
    expect(await letters(sale)).toEqual(['payment-receipt', 'payment-unapplied', 'refund-failed']);
    school.sandbox.stripe.intercept(REFUNDS, refused);
    expect((await desk.refund(sale)).body.code).toBe('REFUND_REFUSED');
    await desk.quiet();
    expect(await letters(sale)).toHaveLength(3);
  });

  it("can go into the buyer's wallet", async () => {
    const sale = await failed();
    const moved = await desk.moved(() => desk.refunded(sale, { amount: 10_000, destination: 'WALLET' }));
    expect(moved).toEqual({ 'liability:wallet:buyer USD': 10_000, 'liability:unapplied:buyer USD': -10_000 });
    expect(await desk.standing(sale)).toEqual({ ...bought, payment: 'REFUNDED' });
  });

  it('is given back once to ten requests at once', async () => {
    const sale = await failed();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => desk.refund(sale, { destination: index % 2 ? 'WALLET' : 'ORIGINAL' })),
    );
    await desk.quiet();
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array<number>(9).fill(409)]);
    expect((await refundsOf(sale)).map(({ status }) => status)).toEqual(['FAILED', 'SUCCEEDED']);
  });

  it('after it had seemed to be is unapplied again', async () => {
    const sale = await inVain();
    await desk.quiet();
    const [made] = school.sandbox.stripe.account.store.refunds.filter((one) => one.payment_intent === sale.intent);
    const moved = await desk.moved(() => school.sandbox.stripe.failRefund(made!.id));
    expect(moved).toEqual({ 'asset:provider:stripe USD': 10_000, 'liability:unapplied:buyer USD': 10_000 });
    expect(await desk.standing(sale)).toEqual(bought);
    await desk.refunded(sale);
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual({ ...bought, payment: 'REFUNDED' });
  });
});

describe('a second movement of money for one payment', () => {
  it('goes back, and what was sold stays sold', async () => {
    const sale = await desk.buy();
    const moved = await desk.moved(() => paidAgain(sale));
    expect(moved).toEqual(kept);
    expect(await refundsOf(sale)).toMatchObject([{ status: 'SUCCEEDED', reason: 'PAID_TWICE', amount: 10_000 }]);
    expect(await desk.standing(sale)).toEqual(bought);
    // What was sold can still be refunded, apart from that.
    await desk.refunded(sale, { amount: 10_000 });
    await desk.quiet();
    expect(await desk.standing(sale)).toMatchObject({ payment: 'REFUNDED', refunded: 10_000, open: false });
  });

  it('that could not be given back is given back by its own id, and the sale by none', async () => {
    const sale = await desk.buy();
    school.sandbox.stripe.intercept({ ...REFUNDS, times: 2 }, refused);
    const moved = await desk.moved(async () => {
      await paidAgain(sale, undefined, 3000);
      await desk.quiet();
      await paidAgain(sale, undefined, 4000);
    });
    const fees = feeOf(3000) + feeOf(4000);
    expect(moved).toEqual({
      'asset:provider:stripe USD': 7000 - fees,
      'expense:provider-fees USD': fees,
      'liability:unapplied:buyer USD': 7000,
    });
    const [first, second] = await refundsOf(sale);
    expect(await desk.refund(sale, { refundId: 'rfd_unknown' })).toMatchObject({ status: 404 });
    expect(await desk.refund(sale, { refundId: first!.id, amount: 4000 })).toMatchObject({ status: 400 });
    expect(await desk.moved(() => desk.refunded(sale, { refundId: first!.id }))).toEqual({
      'asset:provider:stripe USD': -3000,
      'liability:unapplied:buyer USD': -3000,
    });
    expect(await desk.refund(sale, { refundId: first!.id })).toMatchObject({ status: 409 });
    const wallet = await desk.moved(() => desk.refunded(sale, { refundId: second!.id, destination: 'WALLET' }));
    expect(wallet).toEqual({ 'liability:wallet:buyer USD': 4000, 'liability:unapplied:buyer USD': -4000 });
    expect(await desk.standing(sale)).toEqual(bought);
    expect(await desk.refunded(sale)).toMatchObject({ amount: 10_000 });
  });

  it('of another sale is not given back by its id', async () => {
    school.sandbox.stripe.intercept(REFUNDS, refused);
    const sale = await inVain();
    await desk.quiet();
    const [refund] = await refundsOf(sale);
    const other = await desk.buy({ buyer: await person(school) });
    expect(await desk.refund(other, { refundId: refund!.id })).toMatchObject({ status: 404 });
    await desk.refunded(sale);
  });
});

describe('a person gives it back in the dashboard', () => {
  it('before we do: that is the refund, and ours, refused, changes nothing', async () => {
    const held = hold('before');
    school.sandbox.stripe.intercept(REFUNDS, held.handler);
    const sale = await inVain();
    await school.sandbox.stripe.webhooksIdle();
    await school.app.get(ProcessInbox).run();
    const ours = school.app.get(CarryOutRefunds).run();
    await held.arrived;
    school.sandbox.stripe.refund({ paymentIntent: sale.intent });
    await school.sandbox.stripe.webhooksIdle();
    await school.app.get(ProcessInbox).run();
    expect(await refundsOf(sale)).toMatchObject([{ status: 'SUCCEEDED' }]);
    held.release();
    await ours;
    await desk.quiet();
    expect(await refundsOf(sale)).toMatchObject([{ status: 'SUCCEEDED' }]);
    expect(await desk.standing(sale)).toEqual({ ...bought, payment: 'REFUNDED' });
  });

  it('after ours failed: that is heard of too', async () => {
    school.sandbox.stripe.intercept(REFUNDS, refused);
    const sale = await inVain();
    await desk.quiet();
    const moved = await desk.moved(() => school.sandbox.stripe.refund({ paymentIntent: sale.intent }));
    expect(moved).toEqual({ 'asset:provider:stripe USD': -10_000, 'liability:unapplied:buyer USD': -10_000 });
    expect(await desk.standing(sale)).toEqual({ ...bought, payment: 'REFUNDED' });
  });
});
