import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BookMovement } from '../src/payments/movements/book-movement.js';
import { BookMovements } from '../src/payments/movements/book-movements.js';
import { PaymentStrategies } from '../src/payments/ports/payment-strategy.js';
import { PATIENCE } from '../src/payments/resilience/patience.js';
import { cutConnection } from '../src/sandbox/index.js';
import { brief } from './support/patience.js';
import { Desk, feeOf } from './support/giving-back.js';
import { endQuietly } from './support/keep-books.js';
import { openSchool, type School } from './support/school.js';
import { SettlementDesk } from './support/settlement-desk.js';

/* What the provider keeps, and what it changes into the currency that it settles in: read off its own account, each line booked once. */

let school: School;
let desk: Desk;
let settlements: SettlementDesk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api' }, [[PATIENCE, brief]]);
  desk = new Desk(school);
  settlements = new SettlementDesk(school, desk);
});
afterAll(() => school.close());
endQuietly(() => school);

const stripe = () => school.sandbox.stripe;

describe("the provider's fee", () => {
  it.each([
    ['USD', 50],
    ['USD', 9999],
    ['USD', 999_999],
    ['EUR', 10_001],
    ['JPY', 5001],
    ['KWD', 12_340],
  ])('of %s %i is an expense, to the unit', async (currency, price) => {
    const [sale, moved] = await settlements.sold({ currency, price });
    const fee = feeOf(price);
    const share = Math.round(price * 0.7);
    expect(moved).toEqual({
      [`asset:provider:stripe ${currency}`]: price - fee,
      [`expense:provider-fees ${currency}`]: fee,
      [`liability:earnings-pending:instructor ${currency}`]: share,
      [`revenue:courses ${currency}`]: price - share,
    });
    expect(await settlements.lines(sale)).toEqual([
      { kind: 'CHARGE', amount: price, fee, currency, original: null, from: null },
    ]);
    expect(await settlements.expecting(sale)).toBe(false);
  });

  it('is known later than the payment: first the sale, then the fee', async () => {
    stripe().settleLate(true);
    const sale = await desk.begin();
    const first = await desk.moved(async () => {
      desk.pay(sale);
      await school.quiet();
      // Looked for, and not there yet.
      expect(await settlements.lines(sale)).toEqual([]);
      expect(await desk.entries(sale)).toEqual(['course.sold']);
      expect(await settlements.expecting(sale)).toBe(true);
      stripe().pauseWebhooks();
    });
    // Paused, so that only the look at the account finds it.
    expect(first).toMatchObject({ 'asset:provider:stripe USD': 10_000 });
    const second = await desk.moved(() => desk.later());
    expect(second).toEqual({ 'asset:provider:stripe USD': -feeOf(10_000), 'expense:provider-fees USD': feeOf(10_000) });
    stripe().resumeWebhooks();
    expect(await desk.moved(() => undefined)).toEqual({});
    expect(await settlements.expecting(sale)).toBe(false);
  });

  it('is looked for as soon as the provider says that the charge has changed', async () => {
    stripe().settleLate(true);
    const sale = await desk.begin();
    desk.pay(sale);
    await school.quiet();
    expect(await settlements.lines(sale)).toEqual([]);
    stripe().settleNow();
    await school.quiet();
    expect(await settlements.lines(sale)).toMatchObject([{ kind: 'CHARGE', fee: feeOf(10_000) }]);
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
      const movements = await school.app.get(PaymentStrategies).provider('STRIPE').account!.movementsOf(sale.intent);
      expect(movements).toHaveLength(1);
      const payment = { id: sale.paymentId, provider: 'STRIPE' } as const;
      const book = school.app.get(BookMovement);
      await Promise.all(Array.from({ length: 20 }, () => book.execute(payment, movements[0]!)));
    });
    expect(moved).toEqual({});
    expect(await settlements.settled(sale)).toBe(1);
    expect(await settlements.lines(sale)).toHaveLength(1);
  });

  it('is booked once by twenty who find the line at the same time', async () => {
    stripe().settleLate(true);
    stripe().pauseWebhooks();
    const sale = await desk.begin();
    desk.pay(sale);
    await stripe().deliverNow('payment_intent.succeeded');
    await school.settle();
    stripe().settleNow();
    const [movement] = await school.app.get(PaymentStrategies).provider('STRIPE').account!.movementsOf(sale.intent);
    const payment = { id: sale.paymentId, provider: 'STRIPE' } as const;
    const book = school.app.get(BookMovement);
    await Promise.all(Array.from({ length: 20 }, () => book.execute(payment, movement!)));
    expect(await settlements.settled(sale)).toBe(1);
  });

  it('waits while the provider is down', async () => {
    const sale = await desk.begin();
    const calm = stripe().intercept({ method: 'GET', times: Infinity }, cutConnection('before'));
    desk.pay(sale);
    await desk.quiet();
    expect(await desk.entries(sale)).toEqual(['course.sold']);
    expect(await settlements.expecting(sale)).toBe(true);
    calm();
    await desk.later();
    expect(await settlements.settled(sale)).toBe(1);
    expect(await settlements.expecting(sale)).toBe(false);
  });

  it('is not asked for what is paid from a wallet', async () => {
    const { buyer } = await desk.topUp(10_000);
    const asked = stripe().requests().length;
    const sale = await desk.buy({ buyer, provider: 'WALLET' });
    await desk.refunded(sale);
    await desk.quiet();
    expect(await settlements.expecting(sale)).toBe(false);
    const since = stripe().requests().slice(asked);
    expect(since.filter((request) => JSON.stringify(request).includes(sale.paymentId))).toEqual([]);
  });

  it('is kept of what is refunded; a refund has a line of its own and costs nothing', async () => {
    const sale = await desk.buy();
    const { providerRefundId } = await desk.refunded(sale, { amount: 4000 });
    await desk.quiet();
    stripe().failRefund(providerRefundId!);
    await desk.quiet();
    const free = { fee: 0, currency: 'USD', original: null, from: null };
    expect((await settlements.lines(sale)).slice(1)).toEqual([
      { ...free, kind: 'REFUND', amount: -4000 },
      { ...free, kind: 'REFUND_FAILURE', amount: 4000 },
    ]);
    expect(await settlements.settled(sale)).toBe(1);
    expect(await settlements.expecting(sale)).toBe(false);
  });

  it('of a dispute is apart, once for each', async () => {
    const sale = await desk.buy();
    const { id } = stripe().dispute(sale.intent);
    await desk.quiet();
    stripe().winDispute(id);
    await desk.quiet();
    const own = { currency: 'USD', original: null, from: null };
    expect((await settlements.lines(sale)).slice(1)).toEqual([
      { ...own, kind: 'DISPUTE', amount: -10_000, fee: 1500 },
      { ...own, kind: 'DISPUTE_REVERSAL', amount: 10_000, fee: 0 },
    ]);
    expect(await settlements.settled(sale)).toBe(2);
    expect(await settlements.expecting(sale)).toBe(false);
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
    expect((await settlements.lines(sale)).at(-1)).toMatchObject({
      kind: 'DISPUTE_REVERSAL',
      amount: 10_000,
      fee: -1500,
    });
  });
});
