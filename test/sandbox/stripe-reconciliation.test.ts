import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Stripe from 'stripe';
import { startSandbox } from '../../src/sandbox/index.js';
import { basket, refusal, sdk, secretKey, startWorld, type World } from './support.js';

describe('reconciliation', () => {
  let world: World;
  let folder: string;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
    world = await startWorld({ stateFile: join(folder, 'state.json') });
  });
  afterEach(async () => {
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function paid(amount: number, card?: string, currency = 'usd') {
    const session = await world.stripe.checkout.sessions.create(basket(amount, currency));
    const { charge, paymentIntent } = world.sandbox.stripe.pay(session.id, { card });
    world.sandbox.stripe.settleNow();
    return { charge: charge!.id, intent: paymentIntent!.id };
  }
  async function connected() {
    const { id } = await world.stripe.accounts.create({ type: 'express' });
    world.sandbox.stripe.connect.onboard(id);
    return id;
  }
  async function transactions(params: Stripe.BalanceTransactionListParams = {}) {
    const all: Stripe.BalanceTransaction[] = [];
    for await (const each of world.stripe.balanceTransactions.list({ limit: 3, ...params })) all.push(each);
    return all;
  }
  const inShort = (all: Stripe.BalanceTransaction[]) => all.map(({ type, net }) => [type, net]);
  const atOnce = '4000000000000077';

  it('of an automatic payout: it consists of all that was available, itself included', async () => {
    const { charge } = await paid(10_000, atOnce);
    await paid(20_000);
    await world.stripe.refunds.create({ charge, amount: 1000 });
    const destination = await connected();
    await world.stripe.transfers.create({ amount: 3000, currency: 'usd', destination });
    const { balance } = world.sandbox.stripe;
    const [payout, ...others] = balance.payOut();
    expect(others).toEqual([]);
    const { id } = payout!;
    expect(payout).toMatchObject({
      amount: 5680,
      automatic: true,
      description: 'STRIPE PAYOUT',
      reconciliation_status: 'in_progress',
      status: 'pending',
    });
    const early = await refusal(world.stripe.balanceTransactions.list({ payout: id }));
    expect(early).toMatchObject({ code: 'payout_reconciliation_not_ready', statusCode: 400 });
    expect((await refusal(world.stripe.payouts.cancel(id))).message).toBe('Automatic payouts cannot be canceled.');
    expect(balance.sendPayout(id).reconciliation_status).toBe('completed');
    expect(world.sandbox.stripe.events().at(-1)).toMatchObject({
      type: 'payout.reconciliation_completed',
      data: { object: { id, reconciliation_status: 'completed' } },
    });
    expect(inShort(await transactions({ payout: id }))).toEqual([
      ['payout', -5680],
      ['transfer', -3000],
      ['refund', -1000],
      ['charge', 9680],
    ]);
    const own = await transactions({ payout: id, type: 'payout' });
    expect(own.map(({ source }) => source)).toEqual([id]);
    expect(inShort(await transactions({ payout: id, type: 'charge' }))).toEqual([['charge', 9680]]);
    expect((await refusal(transactions({ payout: 'po_none' }))).param).toBe('payout');
    expect(balance.payOut()).toEqual([]);
  });

  it('goes on where the last payout ended, with what came back from the bank and what was paid out by hand', async () => {
    const { balance } = world.sandbox.stripe;
    await paid(10_000, atOnce);
    const first = balance.payOut('usd')[0]!;
    balance.arrivePayout(first.id);
    balance.failPayout(first.id, 'account_closed');
    await paid(10_000, atOnce);
    await world.stripe.payouts.create({ amount: 360, currency: 'usd' });
    const second = balance.payOut('usd')[0]!;
    expect(second.amount).toBe(19_000);
    balance.sendPayout(second.id);
    expect(inShort(await transactions({ payout: second.id }))).toEqual([
      ['payout', -19_000],
      ['payout', -360],
      ['charge', 9680],
      ['payout_failure', 9680],
    ]);
    expect(inShort(await transactions({ payout: first.id }))).toEqual([
      ['payout', -9680],
      ['charge', 9680],
    ]);
  });

  it('is for each currency by itself', async () => {
    await paid(10_000, atOnce);
    await paid(10_000, atOnce, 'eur');
    await paid(1_000_050, atOnce, 'huf');
    const payouts = world.sandbox.stripe.balance.payOut();
    // There is no bank that takes a part of a forint.
    expect(payouts.map(({ currency, amount }) => [currency, amount])).toEqual([
      ['usd', 9680],
      ['eur', 9680],
    ]);
    expect(inShort(await transactions({ currency: 'huf' }))).toEqual([['charge', 971_019]]);
  });

  it('finds the balance to be the sum of its transactions after a mixed story, over a restart too', async () => {
    const { stripe: control } = world.sandbox;
    const destination = await connected();
    const old = await paid(20_000, atOnce);
    const fresh = await paid(10_000);
    await paid(5000, atOnce, 'eur');
    await world.stripe.refunds.create({ charge: old.charge, amount: 2500 });
    const back = await world.stripe.refunds.create({ charge: fresh.charge, amount: 1000 });
    control.failRefund(back.id);
    const { id: dispute } = control.dispute(fresh.intent, { amount: 4000 });
    control.loseDispute(dispute);
    const won = control.dispute(old.intent, { amount: 3000 });
    control.winDispute(won.id);
    const plain = await world.stripe.transfers.create({ amount: 2000, currency: 'usd', destination });
    const promised = await world.stripe.transfers.create({
      amount: 3000,
      currency: 'usd',
      destination,
      source_transaction: fresh.charge,
    });
    await world.stripe.transfers.createReversal(plain.id, { amount: 500 });
    await world.stripe.transfers.createReversal(promised.id, { amount: 700 });
    const canceled = await world.stripe.payouts.create({ amount: 300, currency: 'usd' });
    await world.stripe.payouts.cancel(canceled.id);
    control.balance.payOut('eur');
    control.balance.failPayout(control.balance.payOut('usd')[0]!.id);

    const sums = async () => {
      const all = await transactions();
      const sum = (currency: string, status: string) =>
        all
          .filter((each) => each.currency === currency && each.status === status)
          .reduce((total, { net }) => total + net, 0);
      const { available, pending } = await world.stripe.balance.retrieve();
      for (const { amount, currency } of available)
        expect([currency, amount]).toEqual([currency, sum(currency, 'available')]);
      for (const { amount, currency } of pending)
        expect([currency, amount]).toEqual([currency, sum(currency, 'pending')]);
      for (const each of all) expect(each.net).toBe(each.amount - each.fee);
      return { available, pending, count: all.length };
    };
    const usd = (list: { amount: number; currency: string }[]) =>
      list.find(({ currency }) => currency === 'usd')?.amount;
    const before = await sums();
    // 19 390 of the old charge − 2500 refunded − 5500 and 4500 disputed − 1500 transferred; what the bank sent back is back.
    expect(usd(before.available)).toBe(5390);
    // 9680 of the fresh charge, a refund to and fro, 3000 of a dispute won, 2300 transferred.
    expect(usd(before.pending)).toBe(10_380);
    world.clock.advance(2 * 86_400);
    expect(usd((await sums()).available)).toBe(15_770);

    await world.sandbox.close();
    const { now } = world.clock;
    world.sandbox = await startSandbox({
      port: 0,
      now,
      stateFile: join(folder, 'state.json'),
      stripe: { secretKey, webhooks: [] },
    });
    world.stripe = sdk(world.sandbox);
    expect((await sums()).count).toBe(before.count);
    const { data } = await world.stripe.payouts.list({ status: 'failed' });
    expect(data).toHaveLength(1);
    expect(world.sandbox.stripe.connect.funds(destination, 'usd')).toBe(3800);
  });
});
