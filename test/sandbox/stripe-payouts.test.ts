import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { basket, eventTypes, refusal, startWorld, type World } from './support.js';

describe('payouts to the bank', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(() => world.close());

  async function paid(amount: number, card: string | undefined = '4000000000000077', currency = 'usd') {
    const session = await world.stripe.checkout.sessions.create(basket(amount, currency));
    const { charge } = world.sandbox.stripe.pay(session.id, { card });
    world.sandbox.stripe.settleNow();
    return charge!.id;
  }
  const available = async () => (await world.stripe.balance.retrieve()).available[0]?.amount;
  const newEvents = async (work: () => unknown) => {
    const before = eventTypes(world.sandbox).length;
    await work();
    return eventTypes(world.sandbox).slice(before);
  };
  const manual = (params: Partial<Stripe.PayoutCreateParams> = {}) =>
    world.stripe.payouts.create({ amount: 5000, currency: 'usd', ...params });

  it('made by hand leave the balance at once and arrive two business days later', async () => {
    await paid(10_000);
    const payout = await manual({
      description: 'October',
      metadata: { by: 'ada' },
      statement_descriptor: 'SCHOOL',
      expand: ['balance_transaction'],
    });
    expect(payout.id).toMatch(/^po_1\w{23}$/);
    // It was a Friday.
    const tuesday = Date.parse('2026-11-24T00:00:00Z') / 1000;
    expect(payout).toMatchObject({
      object: 'payout',
      amount: 5000,
      arrival_date: tuesday,
      automatic: false,
      balance_transaction: {
        amount: -5000,
        available_on: tuesday,
        fee: 0,
        net: -5000,
        reporting_category: 'payout',
        source: payout.id,
        status: 'available',
        type: 'payout',
      },
      currency: 'usd',
      description: 'October',
      failure_balance_transaction: null,
      failure_code: null,
      metadata: { by: 'ada' },
      method: 'standard',
      reconciliation_status: 'not_applicable',
      statement_descriptor: 'SCHOOL',
      status: 'pending',
      trace_id: { status: 'pending', value: null },
      type: 'bank_account',
    });
    expect(payout.destination).toMatch(/^ba_1/);
    expect(await available()).toBe(4680);

    const { balance } = world.sandbox.stripe;
    expect(await newEvents(() => balance.sendPayout(payout.id))).toEqual(['payout.updated']);
    expect((await world.stripe.payouts.retrieve(payout.id)).status).toBe('in_transit');
    expect(await newEvents(() => balance.arrivePayout(payout.id))).toEqual(['payout.paid']);
    expect(await world.stripe.payouts.retrieve(payout.id)).toMatchObject({
      status: 'paid',
      trace_id: { status: 'supported', value: expect.stringMatching(/^\d{15}$/) as unknown },
    });
    expect(() => balance.arrivePayout(payout.id)).toThrow(/is paid: there is no way to arrive it/);
    const history = await refusal(world.stripe.balanceTransactions.list({ payout: payout.id }));
    expect(history).toMatchObject({
      message: 'Balance transaction history can only be filtered on automatic transfers, not manual.',
      statusCode: 400,
    });
  });

  it('arrive by themselves when their day has come', async () => {
    await paid(10_000);
    const { id } = await manual();
    world.clock.advance(3 * 86_400);
    world.sandbox.stripe.sweep();
    expect((await world.stripe.payouts.retrieve(id)).status).toBe('pending');
    world.clock.advance(86_400);
    expect(await newEvents(() => world.sandbox.stripe.sweep())).toEqual(['payout.updated', 'payout.paid']);
    expect((await world.stripe.payouts.retrieve(id)).status).toBe('paid');
  });

  it('are refused beyond what is available', async () => {
    await paid(10_000);
    await paid(10_000, '4242424242424242');
    expect(await refusal(manual({ amount: 9681 }))).toMatchObject({
      code: 'balance_insufficient',
      message:
        'You have insufficient funds in your Stripe account for this transfer. Your card balance is too low.  You can ' +
        'use the /v1/balance endpoint to view your Stripe balance (for more details, see stripe.com/docs/api#balance).',
      statusCode: 400,
    });
    expect((await refusal(manual({ currency: 'eur' }))).code).toBe('balance_insufficient');
    expect((await refusal(manual({ amount: 0 }))).param).toBe('amount');
    expect((await refusal(manual({ method: 'instant' }))).message).toMatch(/does not implement this yet/);
    expect((await refusal(manual({ destination: 'ba_other' }))).param).toBe('destination');
    expect((await refusal(world.stripe.payouts.retrieve('po_none'))).statusCode).toBe(404);
    expect(await available()).toBe(9680);
    expect(eventTypes(world.sandbox)).not.toContain('payout.created');
  });

  it('are in whole units where the bank knows no others', async () => {
    await paid(1_000_050, undefined, 'huf');
    expect((await refusal(manual({ amount: 5050, currency: 'huf' }))).message).toBe(
      'Invalid amount: in huf, payouts must be divisible by 100',
    );
    await manual({ amount: 5000, currency: 'huf' });
  });

  it('can be canceled while they are pending, and the money is back', async () => {
    await paid(10_000);
    const { id } = await manual();
    const types = await newEvents(async () => {
      const canceled = await world.stripe.payouts.cancel(id, { expand: ['failure_balance_transaction'] });
      expect(canceled).toMatchObject({
        failure_balance_transaction: {
          amount: 5000,
          reporting_category: 'payout_reversal',
          source: id,
          status: 'available',
          type: 'payout_cancel',
        },
        failure_code: null,
        status: 'canceled',
      });
    });
    expect(types).toEqual(['payout.canceled']);
    expect(await available()).toBe(9680);
    expect((await refusal(world.stripe.payouts.cancel(id))).statusCode).toBe(400);
    const { id: other } = await manual();
    world.sandbox.stripe.balance.sendPayout(other);
    expect((await refusal(world.stripe.payouts.cancel(other))).message).toMatch(/is in_transit/);
    expect(await available()).toBe(4680);
  });

  it('can fail on their way and long after they have arrived', async () => {
    await paid(10_000);
    const { balance } = world.sandbox.stripe;
    const first = await manual({ description: 'October' });
    balance.sendPayout(first.id);
    expect(await newEvents(() => balance.failPayout(first.id, 'account_closed'))).toEqual(['payout.failed']);
    const failed = await world.stripe.payouts.retrieve(first.id, { expand: ['failure_balance_transaction'] });
    expect(failed).toMatchObject({
      failure_balance_transaction: {
        amount: 5000,
        description: 'REFUND FOR PAYOUT (October)',
        reporting_category: 'payout_reversal',
        type: 'payout_failure',
      },
      failure_code: 'account_closed',
      failure_message: 'The bank account has been closed.',
      status: 'failed',
    });
    const second = await manual();
    balance.arrivePayout(second.id);
    world.clock.advance(5 * 86_400);
    expect(balance.failPayout(second.id)).toMatchObject({ failure_code: 'could_not_process', status: 'failed' });
    expect(() => balance.failPayout(second.id)).toThrow(/is failed/);
    expect(await available()).toBe(9680);
  });

  it('are listed by status and day, updated, and made once for one key', async () => {
    await paid(10_000);
    const options = { idempotencyKey: 'payout-1' };
    const first = await world.stripe.payouts.create({ amount: 1000, currency: 'usd' }, options);
    expect((await world.stripe.payouts.create({ amount: 1000, currency: 'usd' }, options)).id).toBe(first.id);
    world.clock.advance(3 * 86_400);
    const second = await manual();
    world.sandbox.stripe.balance.arrivePayout(first.id);
    const ids = async (params: Stripe.PayoutListParams) =>
      (await world.stripe.payouts.list(params)).data.map(({ id }) => id);
    expect(await ids({})).toEqual([second.id, first.id]);
    expect(await ids({ status: 'paid' })).toEqual([first.id]);
    expect(await ids({ arrival_date: { gt: first.arrival_date } })).toEqual([second.id]);
    expect(await ids({ created: { lt: second.created } })).toEqual([first.id]);
    const types = await newEvents(() => world.stripe.payouts.update(first.id, { metadata: { seen: 'yes' } }));
    expect(types).toEqual(['payout.updated']);
    expect(world.sandbox.stripe.events().at(-1)?.data.previous_attributes).toEqual({ metadata: { seen: null } });
  });
});
