import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { idOf } from '../src/payments/stripe/stripe-money.js';
import { Desk, type Sale } from './support/giving-back.js';
import { endQuietly } from './support/keep-books.js';
import { person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';
import { bought, unpaid } from './support/standings.js';
import { deliver, eventAbout } from './support/stripe-webhook.js';

/*
 * Mistakes that others have made with Stripe, by the numbers of a public list of them: money. Each test stands on its own; what is behind
 * it is tested further elsewhere.
 */

let school: School;
let desk: Desk;
beforeAll(async () => {
  school = await openSchool({
    ROLE: 'api',
    JWT_EXPIRES_IN: '86400',
    CURRENCIES: 'USD,EUR,JPY,KRW,UGX,ISK,TWD,HUF,KWD,MGA',
  });
  desk = new Desk(school);
});
afterAll(() => school.close());
endQuietly(() => school);

const stripe = () => school.sandbox.stripe;
/** What a session was begun with at Stripe: its amount as it stood in the request. */
const sentFor = ({ paymentId }: Sale) => {
  const request = stripe()
    .requests()
    .findLast(({ path, params }) => path === '/v1/checkout/sessions' && params.client_reference_id === paymentId)!;
  const [line] = Object.values(request.params.line_items as Record<string, { price_data: Record<string, string> }>);
  return line!.price_data.unit_amount;
};
const bodyOf = async ({ paymentId }: Sale) =>
  (
    await school.sql<{ total: number; status: string; reason: string | null }>(
      `SELECT p.total::int, s.status, s.failure_reason AS reason FROM payments p JOIN payment_sessions s ON s.id = p.session_id
       WHERE p.id = $1`,
      [paymentId],
    )
  )[0]!;

describe('amounts', () => {
  it.each([
    // Each of these, divided by 100 and multiplied again, is another number in floating point.
    [1799, 540, 1259],
    [7840, 2352, 5488],
    [1613, 484, 1129],
    [110, 33, 77],
    [50_999, 15_300, 35_699],
    [784_000, 235_200, 548_800],
  ])(
    '14. nothing is reckoned in floats: %i is charged, shared and given back to the unit',
    async (price, ours, theirs) => {
      let sale!: Sale;
      const moved = await desk.moved(async () => {
        sale = await desk.buy({ price });
      });
      expect(sentFor(sale)).toBe(String(price));
      const [{ amount, balance_transaction: line }] = desk.chargesOf(sale.intent) as [Stripe.Charge];
      const { fee } = stripe().account.store.balanceTransactions.get(idOf(line)!);
      expect(amount).toBe(price);
      expect(moved).toEqual({
        'asset:provider:stripe USD': price - fee,
        'expense:provider-fees USD': fee,
        'liability:earnings-pending:instructor USD': theirs,
        'revenue:courses USD': ours,
      });
      const third = Math.floor(price / 3);
      const back = await desk.moved(async () => {
        for (const part of [third, third, undefined]) await desk.refunded(sale, { amount: part });
      });
      expect(back).toEqual({
        'asset:provider:stripe USD': -price,
        'liability:earnings-pending:instructor USD': -theirs,
        'revenue:courses USD': -ours,
      });
      expect(desk.chargesOf(sale.intent)).toMatchObject([{ amount_refunded: price, refunded: true }]);
    },
  );

  it('14. a percentage of an odd price, with tax on it, is whole units whose parts sum up', async () => {
    const fields = { code: 'EIGHTH', name: 'An eighth off', discountType: 'PERCENTAGE', discountValue: 12.5 };
    expectStatus(201, await school.post('/coupons', fields, school.admin.token));
    const sale = await desk.buy({ price: 9997, country: 'DE', couponCode: 'EIGHTH', shareBasisPoints: 3333 });
    // 9997 less 1250 is 8747; 19 % of it is 1661.93.
    expect(sentFor(sale)).toBe('10409');
    const postings = await school.sql<{ code: string; amount: number }>(
      `SELECT a.code, l.amount::int FROM ledger_postings l JOIN ledger_accounts a ON a.id = l.account_id
       JOIN ledger_entries e ON e.id = l.entry_id WHERE e.object_id = $1 AND e.kind = 'course.sold' ORDER BY l.position`,
      [sale.paymentId],
    );
    expect(postings.map(({ code, amount }) => [code, amount])).toEqual([
      ['asset:provider:stripe', 10_409],
      ['liability:tax:de', -1662],
      [`liability:earnings-pending:${school.instructor.id}`, -2915],
      ['revenue:courses', -5832],
    ]);
  });

  it.each([
    // Ours in minor units of ISO 4217, and Stripe's.
    ['JPY', 6000, 6000, 6000],
    ['KRW', 6001, 6001, 6001],
    ['UGX', 6001, 6001, 600_100],
    ['ISK', 5000, 5000, 500_000],
    ['TWD', 60_001, 60_001, 60_001],
    ['HUF', 600_001, 600_001, 600_001],
    ['KWD', 12_340, 12_340, 12_340],
    ['KWD', 12_345, 12_350, 12_350],
    ['MGA', 1_000_000, 1_000_000, 10_000],
    ['USD', 6000, 6000, 6000],
  ])(
    '15. %s has the decimals that Stripe counts it in: %i is %i here and %i there',
    async (currency, price, total, sent) => {
      const sale = await desk.buy({ currency, price });
      expect(sentFor(sale)).toBe(String(sent));
      expect(stripe().session(sale.stripeId)).toMatchObject({ amount_total: sent, currency: currency.toLowerCase() });
      expect(await bodyOf(sale)).toEqual({ total, status: 'COMPLETED', reason: null });
      expect(await desk.standing(sale)).toEqual(bought);
      const { amount } = await desk.refunded(sale);
      expect(amount).toBe(total);
      expect(desk.chargesOf(sale.intent)).toMatchObject([{ amount: sent, amount_refunded: sent, refunded: true }]);
    },
  );
});

describe('what was to be paid', () => {
  it('16. the client has no say in the amount', async () => {
    const { id: courseId } = await school.course({ price: 10_000 });
    const buyer = await person(school);
    for (const field of ['amount', 'price', 'total', 'unit_amount', 'discountAmount']) {
      const answer = await school.post('/payments/sessions', { courseId, [field]: 1 }, buyer.token);
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: `#/${field}` }] } });
    }
    expect(await school.sql('SELECT 1 FROM payment_sessions WHERE item_id = $1', [courseId])).toEqual([]);
  });

  it('16. money for a cheap order that names a dear one buys the cheap one only', async () => {
    const cheap = await desk.begin({ price: 100 });
    const dear = await desk.begin({ price: 50_000, buyer: cheap.buyer });
    const checkout = stripe().session(cheap.stripeId);
    const lie = { paymentId: dear.paymentId, sessionId: dear.sessionId };
    desk.pay(cheap);
    const paid = stripe().session(cheap.stripeId);
    const event = { ...paid, metadata: lie, client_reference_id: dear.paymentId };
    expect(await deliver(school, eventAbout('checkout.session.completed', event))).toBe(200);
    await desk.quiet();
    expect(checkout.amount_total).toBe(100);
    expect(await desk.standing(cheap)).toEqual(bought);
    expect(await desk.standing(dear)).toEqual(unpaid);
    expect(await desk.entries(dear)).toEqual([]);
  });

  it('16. an intent of too little that names a dear order buys nothing, and goes back', async () => {
    const dear = await desk.begin({ price: 50_000 });
    const api = new Stripe('sk_test_of_the_tests', { host: '127.0.0.1', port: school.sandbox.port, protocol: 'http' });
    const intent = await api.paymentIntents.create({
      amount: 100,
      currency: 'usd',
      confirm: true,
      payment_method: 'pm_card_visa',
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      metadata: { paymentId: dear.paymentId, sessionId: dear.sessionId },
    });
    await desk.quiet();
    expect(await bodyOf(dear)).toMatchObject({ status: 'FAILED', reason: 'AMOUNT_MISMATCH' });
    expect(await desk.standing(dear)).toMatchObject({ payment: 'REFUNDED', place: null, open: false, count: 0 });
    expect(desk.chargesOf(intent.id)).toMatchObject([{ amount: 100, amount_refunded: 100 }]);
    // The order itself can still be paid, as long as its checkout lives.
    desk.pay(dear);
    await desk.quiet();
    expect(await bodyOf(dear)).toMatchObject({ status: 'COMPLETED' });
    expect((await school.get(`/payments/${dear.paymentId}`, dear.buyer.token)).body).toMatchObject({
      ...{ receivedAmount: null, receivedCurrency: null },
    });
    expect(desk.chargesOf(dear.intent)).toMatchObject([{ amount: 50_000, amount_refunded: 0 }]);
  });

  it.each([
    ['amount', { amount_total: 9999 }, 9999, 'USD'],
    ['amount, too much', { amount_total: 10_001 }, 10_001, 'USD'],
    ['currency', { currency: 'eur' }, 10_000, 'EUR'],
    ['amount and currency', { amount_total: 1_000_000, currency: 'jpy' }, 1_000_000, 'JPY'],
  ])(
    '17. paid means paid the right %s: else it is booked as what it is, and nothing is given',
    async (_, wrong, amount, currency) => {
      const sale = await desk.begin();
      const movement = `pi_${sale.stripeId}`;
      const checkout = {
        ...stripe().session(sale.stripeId),
        ...{ status: 'complete', payment_status: 'paid', payment_intent: movement, url: null },
        ...wrong,
      };
      for (let turn = 0; turn < 2; turn += 1)
        expect(await deliver(school, eventAbout('checkout.session.completed', checkout))).toBe(200);
      await desk.quiet();
      expect(await bodyOf(sale)).toMatchObject({ status: 'FAILED', reason: 'AMOUNT_MISMATCH' });
      expect(await desk.standing(sale)).toMatchObject({ place: null, open: false, count: 0 });
      // The stand-in has never had this money, so it cannot give it back: it waits for an admin.
      expect(await desk.entries(sale)).toEqual(['payment.unapplied', 'refund.asked', 'refund.failed']);
      expect(await school.books()).toMatchObject({ [`liability:unapplied:${sale.paymentId} ${currency}`]: amount });
    },
  );
});
