import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { basket, eventTypes, refusal, startWorld, type World } from './support.js';

describe('a transfer', () => {
  let world: World;
  let destination: string;
  beforeEach(async () => {
    world = await startWorld();
    destination = (await world.stripe.accounts.create({ type: 'express' })).id;
    world.sandbox.stripe.connect.onboard(destination);
  });
  afterEach(() => world.close());

  async function paid(card: string | undefined) {
    const session = await world.stripe.checkout.sessions.create(basket(10_000));
    const { charge } = world.sandbox.stripe.pay(session.id, { card });
    world.sandbox.stripe.settleNow();
    return charge!.id;
  }
  async function sent(amount = 3000, source_transaction?: string) {
    if (source_transaction === undefined) await paid('4000000000000077');
    return world.stripe.transfers.create({ amount, currency: 'usd', destination, source_transaction });
  }
  const balance = async () => {
    const { available, pending } = await world.stripe.balance.retrieve();
    return [available[0]?.amount, pending[0]?.amount];
  };

  it('is taken back in parts, and then whole', async () => {
    const { id } = await sent();
    const part = await world.stripe.transfers.createReversal(id, {
      amount: 1000,
      metadata: { refund: 're_1' },
      expand: ['balance_transaction'],
    });
    expect(part.id).toMatch(/^trr_1\w{23}$/);
    expect(part).toMatchObject({
      object: 'transfer_reversal',
      amount: 1000,
      balance_transaction: {
        amount: 1000,
        fee: 0,
        net: 1000,
        reporting_category: 'transfer_reversal',
        source: part.id,
        status: 'available',
        type: 'transfer_refund',
      },
      currency: 'usd',
      metadata: { refund: 're_1' },
      source_refund: null,
      transfer: id,
    });
    expect(await balance()).toEqual([7680, 0]);
    expect(world.sandbox.stripe.events().at(-1)).toMatchObject({
      type: 'transfer.reversed',
      data: {
        object: { id, amount_reversed: 1000, reversed: false, reversals: { data: [{ id: part.id }] } },
        previous_attributes: { amount_reversed: 0 },
      },
    });

    const rest = await world.stripe.transfers.createReversal(id);
    expect(rest.amount).toBe(2000);
    expect(await world.stripe.transfers.retrieve(id)).toMatchObject({
      amount: 3000,
      amount_reversed: 3000,
      reversals: { data: [{ id: rest.id }, { id: part.id }] },
      reversed: true,
    });
    expect(await balance()).toEqual([9680, 0]);
    const again = await refusal(world.stripe.transfers.createReversal(id));
    expect(again).toMatchObject({ message: `The transfer ${id} is already fully reversed.`, statusCode: 400 });
    expect(again.code).toBeUndefined();
    expect(eventTypes(world.sandbox).filter((type) => type === 'transfer.reversed')).toHaveLength(2);
  });

  it('is not taken back beyond what was sent', async () => {
    const { id } = await sent();
    await world.stripe.transfers.createReversal(id, { amount: 1000 });
    expect(await refusal(world.stripe.transfers.createReversal(id, { amount: 2001 }))).toMatchObject({
      message: 'Transfer reversal amount ($20.01) is greater than unreversed amount on transfer ($20.00)',
      param: 'amount',
    });
    expect((await world.stripe.transfers.retrieve(id)).amount_reversed).toBe(1000);
  });

  it('is not taken back from an account that has paid it out', async () => {
    const { id } = await sent();
    const { connect } = world.sandbox.stripe;
    connect.withdraw(destination, 'usd', 2500);
    expect(connect.funds(destination, 'usd')).toBe(500);
    const error = await refusal(world.stripe.transfers.createReversal(id));
    expect(error).toMatchObject({ code: 'balance_insufficient', statusCode: 400 });
    expect(await balance()).toEqual([6680, 0]);
    await world.stripe.transfers.createReversal(id, { amount: 500 });
    // What comes in later covers what came earlier.
    await sent(2500);
    await world.stripe.transfers.createReversal(id, { amount: 2500 });
    expect(connect.funds(destination, 'usd')).toBe(0);
    expect(() => connect.withdraw(destination, 'usd')).toThrow(/has 0 usd/);
  });

  it('from pending money comes back as pending, and can be sent again', async () => {
    const charge = await paid(undefined);
    const { id } = await sent(10_000, charge);
    expect(await balance()).toEqual([0, -320]);
    await world.stripe.transfers.createReversal(id, { amount: 4000 });
    expect(await balance()).toEqual([0, 3680]);
    await sent(4000, charge);
    expect(await balance()).toEqual([0, -320]);
  });

  it('lists and keeps its reversals', async () => {
    const { id } = await sent();
    const made: string[] = [];
    for (let amount = 1; amount <= 12; amount += 1) {
      made.unshift((await world.stripe.transfers.createReversal(id, { amount })).id);
    }
    const ids = ({ data }: { data: Stripe.TransferReversal[] }) => data.map((each) => each.id);
    const { reversals } = await world.stripe.transfers.retrieve(id);
    expect([ids(reversals), reversals.has_more]).toEqual([made.slice(0, 10), true]);
    const next = await world.stripe.transfers.listReversals(id, { limit: 5, starting_after: made[8] });
    expect([ids(next), next.has_more]).toEqual([made.slice(9), false]);
    const changed = await world.stripe.transfers.updateReversal(id, made[0]!, { metadata: { why: 'late' } });
    expect(changed.metadata).toEqual({ why: 'late' });
    const read = await world.stripe.transfers.retrieveReversal(id, made[0]!, { expand: ['transfer'] });
    expect(read).toMatchObject({ amount: 12, metadata: { why: 'late' }, transfer: { id, object: 'transfer' } });
    const { id: other } = await sent(100);
    expect((await refusal(world.stripe.transfers.retrieveReversal(other, made[0]!))).statusCode).toBe(404);
    expect((await refusal(world.stripe.transfers.createReversal('tr_none'))).statusCode).toBe(404);
  });

  it('is reversed by hand, without metadata', async () => {
    const { id } = await sent();
    expect(world.sandbox.stripe.connect.reverse(id, 500)).toMatchObject({ amount: 500, metadata: {}, transfer: id });
    expect(world.sandbox.stripe.events().at(-1)?.request).toEqual({ id: null, idempotency_key: null });
    expect(() => world.sandbox.stripe.connect.reverse(id, 2501)).toThrow(/greater than unreversed/);
  });
});
