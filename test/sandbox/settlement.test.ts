import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Stripe from 'stripe';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.js';
import { basket, eventTypes, refusal, sdk, secretKey, startWorld, type World } from './support.js';

describe('settlement', () => {
  let world: World;
  let folder: string;
  let running: Sandbox | undefined;
  beforeEach(async () => {
    world = await startWorld();
    folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
  });
  afterEach(async () => {
    await Promise.all([world.close(), running?.close()]);
    running = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  async function paid(amount: number, currency: string, card?: string) {
    const session = await world.stripe.checkout.sessions.create(basket(amount, currency));
    const { charge, paymentIntent } = world.sandbox.stripe.pay(session.id, { card });
    return { charge: charge!.id, intent: paymentIntent!.id };
  }
  async function bookedFor(intent: string): Promise<Stripe.BalanceTransaction | null> {
    const expand = ['latest_charge.balance_transaction'];
    const { latest_charge: charge } = await world.stripe.paymentIntents.retrieve(intent, { expand });
    return (charge as Stripe.Charge).balance_transaction as Stripe.BalanceTransaction | null;
  }

  it('waits for its time when it is late, and is announced by charge.updated', async () => {
    world.sandbox.stripe.settleLate(true);
    const { charge, intent } = await paid(4900, 'usd');
    world.sandbox.stripe.sweep();
    expect(await bookedFor(intent)).toBeNull();
    const early = await world.stripe.refunds.create({ charge, amount: 100, expand: ['balance_transaction'] });
    expect(early.balance_transaction).toMatchObject({ amount: -100 });
    expect(eventTypes(world.sandbox)).not.toContain('charge.updated');

    world.sandbox.stripe.settleNow();
    const updated = world.sandbox.stripe.events().at(-1);
    expect(updated).toMatchObject({
      type: 'charge.updated',
      data: { object: { id: charge }, previous_attributes: { balance_transaction: null } },
    });
    expect(await bookedFor(intent)).toMatchObject({ amount: 4900, exchange_rate: null, fee: 172, net: 4728 });
    world.sandbox.stripe.settleNow();
    expect(eventTypes(world.sandbox).filter((type) => type === 'charge.updated')).toHaveLength(1);

    world.sandbox.stripe.settleLate(false);
    const next = await paid(4900, 'usd');
    world.sandbox.stripe.sweep();
    expect((await bookedFor(next.intent))?.net).toBe(4728);
  });

  it('shows what has become available meanwhile, also where it is expanded', async () => {
    const { intent } = await paid(4900, 'usd');
    const { intent: quick } = await paid(4900, 'usd', '4000000000000077');
    world.sandbox.stripe.settleNow();
    expect((await bookedFor(intent))?.status).toBe('pending');
    expect((await bookedFor(quick))?.status).toBe('available');
    world.clock.advance(2 * 86_400);
    expect((await bookedFor(intent))?.status).toBe('available');
  });

  it('in another currency converts amount and fee, and tells the rate', async () => {
    world.sandbox.stripe.settleIn('eur', { usd: '0.92' });
    const { intent } = await paid(9999, 'usd');
    world.sandbox.stripe.settleNow();
    // 99.99 × 0.92 is 91.9908; the fee is 2.9 % of 91.99, which is 2.66771, and 0.30.
    expect(await bookedFor(intent)).toMatchObject({
      amount: 9199,
      currency: 'eur',
      exchange_rate: 0.92,
      fee: 297,
      fee_details: [{ amount: 297, currency: 'eur' }],
      net: 8902,
    });
    const { intent: other } = await paid(9999, 'gbp');
    world.sandbox.stripe.settleNow();
    expect(await bookedFor(other)).toMatchObject({ amount: 9999, currency: 'gbp', exchange_rate: null });
  });

  it('takes refunds and disputes at the rate of their own day', async () => {
    world.sandbox.stripe.settleIn('eur', { usd: '0.92' });
    const { charge, intent } = await paid(10_000, 'usd');
    world.sandbox.stripe.settleNow();
    world.sandbox.stripe.settleIn('eur', { usd: '0.95' });
    const refund = await world.stripe.refunds.create({ charge, amount: 4000, expand: ['balance_transaction'] });
    expect(refund).toMatchObject({
      amount: 4000,
      balance_transaction: { amount: -3800, currency: 'eur', exchange_rate: 0.95, fee: 0, net: -3800 },
      currency: 'usd',
    });
    expect((await bookedFor(intent))?.amount).toBe(9200);

    const { id } = world.sandbox.stripe.dispute(intent);
    world.sandbox.stripe.settleIn('eur', { usd: '0.9' });
    world.sandbox.stripe.winDispute(id);
    const dispute = await world.stripe.disputes.retrieve(id);
    expect(dispute).toMatchObject({ amount: 6000, currency: 'usd', status: 'won' });
    expect(dispute.balance_transactions).toMatchObject([
      { amount: -5700, currency: 'eur', exchange_rate: null, fee: 1500, net: -7200 },
      { amount: 5400, currency: 'eur', exchange_rate: null, fee: 0, net: 5400 },
    ]);
    const failed = world.sandbox.stripe.failRefund(refund.id);
    const returned = await world.stripe.balanceTransactions.retrieve(failed.failure_balance_transaction as string);
    expect(returned).toMatchObject({ amount: 3600, exchange_rate: 0.9, type: 'refund_failure' });
  });

  it.each([
    ['jpy', 5000, 'usd', '0.0065', 3250, 0.65],
    ['kwd', 12_340, 'usd', '3.25', 4011, 0.325],
    ['usd', 1250, 'jpy', '151.3', 1891, 1.513],
    ['kes', 150_050, 'usd', '0.00774', 1161, 0.00774],
  ])('counts minor units right: %s %d in %s', async (charged, amount, currency, rate, settled, exchangeRate) => {
    world.sandbox.stripe.settleIn(currency, { [charged]: rate });
    const { intent } = await paid(amount, charged);
    world.sandbox.stripe.settleNow();
    expect(await bookedFor(intent)).toMatchObject({ amount: settled, currency, exchange_rate: exchangeRate });
  });

  it('refuses what is no rate', () => {
    const { stripe: control } = world.sandbox;
    for (const rate of ['0', '0.0', '-1', '1e3', '', '1,5']) {
      expect(() => control.settleIn('eur', { usd: rate })).toThrow(/is no exchange rate/);
    }
    expect(() => control.settleIn('usd', { usd: '1' })).toThrow(/settles in itself/);
    expect(() => control.settleIn('xyz', { usd: '1' })).toThrow(/Invalid currency/);
  });

  it('counts the least charge where the money arrives', async () => {
    world.sandbox.stripe.settleIn('usd', { ngn: '0.0007', jpy: '0.0065' });
    const total = "The Checkout Session's total amount due";
    const create = (amount: number, currency: string) =>
      world.stripe.checkout.sessions.create(basket(amount, currency));
    const ngn = await refusal(create(20_000, 'ngn'));
    expect(ngn).toMatchObject({
      code: 'amount_too_small',
      message: `${total} must convert to at least 50 cents. ₦200.00 converts to approximately $0.14.`,
    });
    // 50 yen would be enough if they settled in yen.
    expect((await refusal(create(60, 'jpy'))).message).toBe(
      `${total} must convert to at least 50 cents. ¥60 converts to approximately $0.39.`,
    );
    await create(77, 'jpy');
  });

  it('survives a restart, with refunds and disputes', async () => {
    const settlementCurrencies = { usd: { currency: 'eur', rate: '0.5' } };
    const start = async () => {
      await running?.close();
      const stripe = { secretKey, webhooks: [], settlementCurrencies };
      running = await startSandbox({ port: 0, stateFile: join(folder, 'state.json'), stripe });
      return running;
    };
    const first = await start();
    const stripe = sdk(first);
    const session = await stripe.checkout.sessions.create(basket(6000));
    const { charge } = first.stripe.pay(session.id, { card: '4000000000001976' });
    const refund = await stripe.refunds.create({ charge: charge!.id, amount: 1000 });
    first.stripe.settleIn('eur', { gbp: '1.2' });
    const before = {
      dispute: (await stripe.disputes.list({ charge: charge!.id })).data[0],
      refund: await stripe.refunds.retrieve(refund.id, { expand: ['balance_transaction'] }),
    };

    const second = await start();
    const again = sdk(second);
    expect(await again.refunds.retrieve(refund.id, { expand: ['balance_transaction'] })).toEqual(before.refund);
    expect(before.refund.balance_transaction).toMatchObject({ amount: -500, currency: 'eur' });
    expect((await again.disputes.list({ charge: charge!.id })).data[0]).toEqual(before.dispute);
    expect(second.stripe.escalateInquiry(before.dispute!.id).balance_transactions).toMatchObject([
      { amount: -3000, currency: 'eur' },
    ]);
    const pounds = await again.checkout.sessions.create(basket(1000, 'gbp'));
    second.stripe.pay(pounds.id);
    second.stripe.settleNow();
    const { data } = await again.balanceTransactions.list({ type: 'charge', limit: 1 });
    expect(data).toMatchObject([{ amount: 1200, currency: 'eur' }]);
  });
});

describe('currencies', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(() => world.close());

  it.each([
    ['usd', 49, '$0.50'],
    ['gbp', 29, '£0.30'],
    ['czk', 1499, 'Kč 15.00'],
    ['huf', 17_499, 'Ft 175.00'],
    ['jpy', 49, '¥50'],
    ['mxn', 999, '$10.00'],
    ['aed', 199, 'AED 2.00'],
  ])('have a least charge: %s %d', async (currency, amount, least) => {
    const error = await refusal(world.stripe.checkout.sessions.create(basket(amount, currency)));
    expect(error.code).toBe('amount_too_small');
    expect(error.message.replaceAll('\u00a0', ' ')).toBe(
      `The Checkout Session's total amount due must add up to at least ${least} ${currency}`,
    );
    await world.stripe.checkout.sessions.create(basket(amount + 1, currency));
  });

  it.each([
    ['ugx', 250_050, 100],
    ['isk', 123_456, 100],
    ['kwd', 12_345, 10],
    ['tnd', 12_341, 10],
  ])('without the last digits refuse them: %s %d', async (currency, amount, step) => {
    const error = await refusal(world.stripe.checkout.sessions.create(basket(amount, currency)));
    expect(error.message).toBe(`Invalid amount: in ${currency}, amounts must be divisible by ${step}`);
    await world.stripe.checkout.sessions.create(basket(amount - (amount % step), currency));
  });

  it.each(['huf', 'twd'])('charge two decimals although payouts are whole: %s', async (currency) => {
    await world.stripe.checkout.sessions.create(basket(17_551, currency));
  });
});
