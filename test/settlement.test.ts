import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BookMovement } from '../src/payments/movements/book-movement.js';
import { BookMovements } from '../src/payments/movements/book-movements.js';
import { PaymentStrategies } from '../src/payments/ports/payment-strategy.js';
import { PATIENCE, type Patience } from '../src/payments/resilience/patience.js';
import { cutConnection } from '../src/sandbox/index.js';
import { Desk, feeOf, type Sale, type SaleTerms } from './support/giving-back.js';
import { endQuietly } from './support/keep-books.js';
import { openSchool, type School } from './support/school.js';

/* What the provider keeps, and what it changes into the currency that it settles in: read off its own account, each line booked once. */

const patience: Patience = { tryMs: 2_000, callMs: 2_500, pauseMs: 10, failures: 1_000, restMs: 100 };

let school: School;
let desk: Desk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api' }, [[PATIENCE, patience]]);
  desk = new Desk(school);
});
afterAll(() => school.close());
endQuietly(() => school);

const stripe = () => school.sandbox.stripe;
const lines = ({ paymentId }: Sale) =>
  school.sql<{
    kind: string;
    amount: number;
    fee: number;
    currency: string;
    original: number | null;
    from: string | null;
  }>(
    `SELECT kind, amount::int, fee::int, currency, original_amount::int AS original, original_currency AS "from"
     FROM provider_movements WHERE payment_id = $1 ORDER BY id`,
    [paymentId],
  );
const expecting = async ({ paymentId }: Sale) =>
  (await school.sql('SELECT 1 FROM payments WHERE id = $1 AND movements_check_at IS NOT NULL', [paymentId])).length > 0;
const settled = async (sale: Sale) => (await desk.entries(sale)).filter((kind) => kind === 'provider.settled').length;
/** Sold and paid; the provider's account of it is quiet until the test asks. */
async function sold(terms: SaleTerms): Promise<[Sale, Record<string, number>]> {
  let sale!: Sale;
  const moved = await desk.moved(async () => {
    sale = await desk.buy(terms);
  });
  return [sale, moved];
}

describe("the provider's fee", () => {
  it.each([
    ['USD', 50],
    ['USD', 9999],
    ['USD', 999_999],
    ['EUR', 10_001],
    ['JPY', 5001],
    ['KWD', 12_340],
  ])('of %s %i is an expense, to the unit', async (currency, price) => {
    const [sale, moved] = await sold({ currency, price });
    const fee = feeOf(price);
    const share = Math.round(price * 0.7);
    expect(moved).toEqual({
      [`asset:provider:stripe ${currency}`]: price - fee,
      [`expense:provider-fees ${currency}`]: fee,
      [`liability:earnings-pending:instructor ${currency}`]: share,
      [`revenue:courses ${currency}`]: price - share,
    });
    expect(await lines(sale)).toEqual([{ kind: 'CHARGE', amount: price, fee, currency, original: null, from: null }]);
    expect(await expecting(sale)).toBe(false);
  });

  it('is known later than the payment: first the sale, then the fee', async () => {
    stripe().settleLate(true);
    const sale = await desk.begin();
    const first = await desk.moved(async () => {
      desk.pay(sale);
      await school.quiet();
      // Looked for, and not there yet.
      expect(await lines(sale)).toEqual([]);
      expect(await desk.entries(sale)).toEqual(['course.sold']);
      expect(await expecting(sale)).toBe(true);
      stripe().pauseWebhooks();
    });
    // Paused, so that only the look at the account finds it.
    expect(first).toMatchObject({ 'asset:provider:stripe USD': 10_000 });
    const second = await desk.moved(() => desk.later());
    expect(second).toEqual({ 'asset:provider:stripe USD': -feeOf(10_000), 'expense:provider-fees USD': feeOf(10_000) });
    stripe().resumeWebhooks();
    expect(await desk.moved(() => undefined)).toEqual({});
    expect(await expecting(sale)).toBe(false);
  });

  it('is looked for as soon as the provider says that the charge has changed', async () => {
    stripe().settleLate(true);
    const sale = await desk.begin();
    desk.pay(sale);
    await school.quiet();
    expect(await lines(sale)).toEqual([]);
    stripe().settleNow();
    await school.quiet();
    expect(await lines(sale)).toMatchObject([{ kind: 'CHARGE', fee: feeOf(10_000) }]);
  });

  it('is booked once, however often and by however many it is asked', async () => {
    const sale = await desk.buy();
    const charge = stripe().account.store.charges.filter((one) => one.payment_intent === sale.intent)[0]!;
    const moved = await desk.moved(async () => {
      for (let turn = 0; turn < 5; turn += 1) {
        stripe().emit('charge.updated', charge);
        await stripe().webhooksIdle();
        await school.sql('UPDATE payments SET movements_check_at = $2 WHERE id = $1', [
          sale.paymentId,
          school.clock.now(),
        ]);
        await Promise.all(Array.from({ length: 4 }, () => school.app.get(BookMovements).run()));
      }
      const movements = await school.app.get(PaymentStrategies).provider('STRIPE').movementsOf(sale.intent);
      expect(movements).toHaveLength(1);
      const payment = { id: sale.paymentId, provider: 'STRIPE' } as const;
      const book = school.app.get(BookMovement);
      await Promise.all(Array.from({ length: 20 }, () => book.execute(payment, movements[0]!)));
    });
    expect(moved).toEqual({});
    expect(await settled(sale)).toBe(1);
    expect(await lines(sale)).toHaveLength(1);
  });

  it('is booked once by twenty who find the line at the same time', async () => {
    stripe().settleLate(true);
    stripe().pauseWebhooks();
    const sale = await desk.begin();
    desk.pay(sale);
    await stripe().deliverNow('payment_intent.succeeded');
    await school.settle();
    stripe().settleNow();
    const [movement] = await school.app.get(PaymentStrategies).provider('STRIPE').movementsOf(sale.intent);
    const payment = { id: sale.paymentId, provider: 'STRIPE' } as const;
    const book = school.app.get(BookMovement);
    await Promise.all(Array.from({ length: 20 }, () => book.execute(payment, movement!)));
    expect(await settled(sale)).toBe(1);
  });

  it('waits while the provider is down', async () => {
    const sale = await desk.begin();
    const calm = stripe().intercept({ method: 'GET', times: Infinity }, cutConnection('before'));
    desk.pay(sale);
    await desk.quiet();
    expect(await desk.entries(sale)).toEqual(['course.sold']);
    expect(await expecting(sale)).toBe(true);
    calm();
    await desk.later();
    expect(await settled(sale)).toBe(1);
    expect(await expecting(sale)).toBe(false);
  });

  it('is not asked for what is paid from a wallet', async () => {
    const { buyer } = await desk.topUp(10_000);
    const asked = stripe().requests().length;
    const sale = await desk.buy({ buyer, provider: 'WALLET' });
    await desk.refunded(sale);
    await desk.quiet();
    expect(await expecting(sale)).toBe(false);
    expect(stripe().requests()).toHaveLength(asked);
  });

  it('is kept of what is refunded; a refund has a line of its own and costs nothing', async () => {
    const sale = await desk.buy();
    const { providerRefundId } = await desk.refunded(sale, { amount: 4000 });
    await desk.quiet();
    stripe().failRefund(providerRefundId!);
    await desk.quiet();
    const free = { fee: 0, currency: 'USD', original: null, from: null };
    expect((await lines(sale)).slice(1)).toEqual([
      { ...free, kind: 'REFUND', amount: -4000 },
      { ...free, kind: 'REFUND_FAILURE', amount: 4000 },
    ]);
    expect(await settled(sale)).toBe(1);
    expect(await expecting(sale)).toBe(false);
  });

  it('of a dispute is apart, once for each', async () => {
    const sale = await desk.buy();
    const { id } = stripe().dispute(sale.intent);
    await desk.quiet();
    stripe().winDispute(id);
    await desk.quiet();
    const own = { currency: 'USD', original: null, from: null };
    expect((await lines(sale)).slice(1)).toEqual([
      { ...own, kind: 'DISPUTE', amount: -10_000, fee: 1500 },
      { ...own, kind: 'DISPUTE_REVERSAL', amount: 10_000, fee: 0 },
    ]);
    expect(await settled(sale)).toBe(2);
    expect(await expecting(sale)).toBe(false);
  });

  it('of a dispute that is won is given back where the provider does so, to where it was booked', async () => {
    const sale = await desk.buy();
    const { id } = stripe().dispute(sale.intent);
    await desk.quiet();
    const { disputes } = stripe().account.store;
    const [taken] = disputes.get(id).balance_transactions;
    const back = { ...taken!, id: 'txn_of_the_fee', amount: 10_000, fee: -1500, fee_details: [], net: 11_500 };
    const won = disputes.update(id, { status: 'won', balance_transactions: [taken!, back] });
    const moved = await desk.moved(() => stripe().emit('charge.dispute.closed', won));
    expect(moved).toEqual({
      'asset:provider:stripe USD': 11_500,
      'asset:disputed USD': -10_000,
      'expense:dispute-fees USD': -1500,
    });
    expect((await lines(sale)).at(-1)).toMatchObject({ kind: 'DISPUTE_REVERSAL', amount: 10_000, fee: -1500 });
  });
});

describe('settled in another currency', () => {
  it('a sale stands in the currency of its buyer, the money in the other, and the exchange between them', async () => {
    stripe().settleIn('eur', { gbp: '1.15' });
    const [sale, moved] = await sold({ currency: 'GBP', country: 'GB' });
    const euros = 13_800;
    expect(moved).toEqual({
      'liability:tax:gb GBP': 2000,
      'liability:earnings-pending:instructor GBP': 7000,
      'revenue:courses GBP': 3000,
      'equity:fx GBP': -12_000,
      'equity:fx EUR': euros,
      'asset:provider:stripe EUR': euros - feeOf(euros),
      'expense:provider-fees EUR': feeOf(euros),
    });
    expect(await lines(sale)).toEqual([
      { kind: 'CHARGE', amount: euros, fee: feeOf(euros), currency: 'EUR', original: 12_000, from: 'GBP' },
    ]);
  });

  it('a refund goes out at the rate of its own day, and the sale leaves nothing in its own currency', async () => {
    stripe().settleIn('eur', { gbp: '1.15' });
    let sale!: Sale;
    const all = await desk.moved(async () => {
      sale = await desk.buy({ currency: 'GBP', country: 'GB' });
      stripe().settleIn('eur', { gbp: '1.2345' });
      await desk.refunded(sale, { amount: 3333 });
      await desk.quiet();
      stripe().settleIn('eur', { gbp: '1.1' });
      await desk.refunded(sale);
    });
    const out = 4115 + 9534;
    expect(all).toEqual({
      'equity:fx EUR': 13_800 - out,
      'asset:provider:stripe EUR': 13_800 - out - feeOf(13_800),
      'expense:provider-fees EUR': feeOf(13_800),
    });
    expect(await lines(sale)).toMatchObject([
      { kind: 'CHARGE', amount: 13_800, original: 12_000 },
      { kind: 'REFUND', amount: -4115, original: -3333, fee: 0 },
      { kind: 'REFUND', amount: -9534, original: -8667, fee: 0 },
    ]);
    expect(await settled(sale)).toBe(3);
    expect(await expecting(sale)).toBe(false);
  });

  it('a refund that fails comes back at another rate still', async () => {
    stripe().settleIn('eur', { gbp: '1.15' });
    const sale = await desk.buy({ currency: 'GBP' });
    stripe().settleIn('eur', { gbp: '1.2' });
    const { providerRefundId } = await desk.refunded(sale);
    await desk.quiet();
    stripe().settleIn('eur', { gbp: '1.1' });
    const moved = await desk.moved(() => stripe().failRefund(providerRefundId!));
    expect(moved).toEqual({
      'liability:earnings-pending:instructor GBP': 7000,
      'revenue:courses GBP': 3000,
      'equity:fx GBP': -10_000,
      'equity:fx EUR': 11_000,
      'asset:provider:stripe EUR': 11_000,
    });
    expect(await desk.standing(sale)).toMatchObject({ payment: 'COMPLETED', refunded: 0, open: true });
  });

  it('a dispute is withdrawn, and reinstated, in the other currency; its fee is in it too', async () => {
    stripe().settleIn('eur', { gbp: '1.15' });
    const sale = await desk.buy({ currency: 'GBP' });
    stripe().settleIn('eur', { gbp: '1.2' });
    let id = '';
    const withdrawn = await desk.moved(() => {
      id = stripe().dispute(sale.intent).id;
    });
    expect(withdrawn).toEqual({
      'asset:disputed GBP': 10_000,
      'equity:fx GBP': 10_000,
      'equity:fx EUR': -12_000,
      'asset:provider:stripe EUR': -13_500,
      'expense:dispute-fees EUR': 1500,
    });
    stripe().settleIn('eur', { gbp: '1.3' });
    expect(await desk.moved(() => stripe().winDispute(id))).toEqual({
      'asset:disputed GBP': -10_000,
      'equity:fx GBP': -10_000,
      'equity:fx EUR': 13_000,
      'asset:provider:stripe EUR': 13_000,
    });
    expect(await settled(sale)).toBe(3);
  });

  it('without decimals, into one with: to the unit of either', async () => {
    stripe().settleIn('usd', { jpy: '0.0067' });
    const [sale, moved] = await sold({ currency: 'JPY', price: 5001 });
    const dollars = 3351;
    expect(moved).toEqual({
      'liability:earnings-pending:instructor JPY': 3501,
      'revenue:courses JPY': 1500,
      'equity:fx JPY': -5001,
      'equity:fx USD': dollars,
      'asset:provider:stripe USD': dollars - feeOf(dollars),
      'expense:provider-fees USD': feeOf(dollars),
    });
    const back = await desk.moved(() => desk.refunded(sale, { amount: 1 }));
    expect(back).toEqual({
      'liability:earnings-pending:instructor JPY': -1,
      'equity:fx JPY': 1,
      'equity:fx USD': -1,
      'asset:provider:stripe USD': -1,
    });
  });

  it('a refund into a wallet changes nothing there', async () => {
    stripe().settleIn('eur', { gbp: '1.15' });
    const sale = await desk.buy({ currency: 'GBP' });
    const moved = await desk.moved(() => desk.refunded(sale, { destination: 'WALLET' }));
    expect(moved).toEqual({
      'liability:wallet:buyer GBP': 10_000,
      'liability:earnings-pending:instructor GBP': -7000,
      'revenue:courses GBP': -3000,
    });
    expect(await lines(sale)).toHaveLength(1);
  });

  it('many payments at once, each line once', async () => {
    stripe().settleIn('eur', { gbp: '1.15' });
    stripe().pauseWebhooks();
    const sales: Sale[] = [];
    const moved = await desk.moved(async () => {
      const course = await school.course({ price: 1000, currency: 'GBP' });
      for (let turn = 0; turn < 12; turn += 1) {
        const sale = await desk.begin({ courseId: course.id });
        desk.pay(sale);
        sales.push(sale);
      }
      stripe().settleNow();
      stripe().resumeWebhooks();
    });
    expect(moved).toMatchObject({ 'equity:fx GBP': -12_000, 'equity:fx EUR': 13_800 });
    expect(moved['asset:provider:stripe EUR']).toBe(13_800 - 12 * feeOf(1150));
    for (const sale of sales) expect(await settled(sale)).toBe(1);
  });
});
