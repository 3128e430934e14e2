import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { basket, eventTypes, refusal, startWorld, type World } from './support.js';

describe('transfers', () => {
  let world: World;
  let destination: string;
  beforeEach(async () => {
    world = await startWorld();
    destination = await onboarded();
  });
  afterEach(() => world.close());

  async function onboarded() {
    const { id } = await world.stripe.accounts.create({ type: 'express', country: 'US' });
    world.sandbox.stripe.connect.onboard(id);
    return id;
  }
  async function paid(amount: number, card?: string, params: Partial<Stripe.Checkout.SessionCreateParams> = {}) {
    const session = await world.stripe.checkout.sessions.create({ ...basket(amount), ...params });
    const { charge, paymentIntent } = world.sandbox.stripe.pay(session.id, { card });
    world.sandbox.stripe.settleNow();
    return { charge: charge!.id, intent: paymentIntent!.id };
  }
  const atOnce = '4000000000000077';
  const send = (params: Partial<Stripe.TransferCreateParams> = {}, options: Stripe.RequestOptions = {}) =>
    world.stripe.transfers.create({ amount: 3000, currency: 'usd', destination, ...params }, options);
  const balance = async () => {
    const { available, pending } = await world.stripe.balance.retrieve();
    return [available[0]?.amount, pending[0]?.amount];
  };

  it('move what is available to a connected account', async () => {
    await paid(10_000, atOnce);
    const transfer = await send({
      description: 'October',
      metadata: { payout: 'po_1' },
      transfer_group: 'october',
      expand: ['balance_transaction', 'destination'],
    });
    expect(transfer.id).toMatch(/^tr_3\w{23}$/);
    expect(transfer).toMatchObject({
      object: 'transfer',
      amount: 3000,
      amount_reversed: 0,
      balance_transaction: {
        amount: -3000,
        currency: 'usd',
        description: 'October',
        fee: 0,
        net: -3000,
        reporting_category: 'transfer',
        source: transfer.id,
        status: 'available',
        type: 'transfer',
      },
      currency: 'usd',
      description: 'October',
      destination: { id: destination, object: 'account' },
      destination_payment: expect.stringMatching(/^py_1\w{23}$/) as unknown,
      metadata: { payout: 'po_1' },
      reversals: { data: [], has_more: false, object: 'list', url: `/v1/transfers/${transfer.id}/reversals` },
      reversed: false,
      source_transaction: null,
      transfer_group: 'october',
    });
    expect(await balance()).toEqual([6680, 0]);
    expect(world.sandbox.stripe.connect.funds(destination, 'usd')).toBe(3000);
    const created = world.sandbox.stripe.events().at(-1);
    expect(created).toMatchObject({ type: 'transfer.created', data: { object: { id: transfer.id } } });
    expect(created?.account).toBeUndefined();
    const { data } = await world.stripe.balanceTransactions.list({ type: 'transfer', expand: ['data.source'] });
    expect(data).toMatchObject([{ source: { id: transfer.id, object: 'transfer' } }]);
  });

  it('are refused when nothing but pending money is there', async () => {
    await paid(10_000);
    const error = await refusal(send());
    expect(error).toMatchObject({
      code: 'balance_insufficient',
      message:
        'You have insufficient available funds in your Stripe account. Try adding funds directly to your available ' +
        'balance by creating Charges using the 4000000000000077 test card. See: ' +
        'https://stripe.com/docs/testing#available-balance',
      statusCode: 400,
      type: 'StripeInvalidRequestError',
    });
    world.sandbox.stripe.balance.makeAvailable();
    expect((await refusal(send({ amount: 9681 }))).code).toBe('balance_insufficient');
    expect((await refusal(send({ currency: 'eur' }))).code).toBe('balance_insufficient');
    expect(await balance()).toEqual([9680, 0]);
    await send({ amount: 9680 });
    expect(await balance()).toEqual([0, 0]);
    expect(eventTypes(world.sandbox).filter((type) => type.startsWith('transfer.'))).toEqual(['transfer.created']);
  });

  it('take the pending money of one charge, up to all of it', async () => {
    const { charge, intent } = await paid(10_000);
    const first = await send({ amount: 7000, source_transaction: charge, expand: ['balance_transaction'] });
    expect(first).toMatchObject({
      balance_transaction: { available_on: world.clock.seconds + 2 * 86_400, status: 'pending' },
      source_transaction: charge,
      transfer_group: `group_${intent}`,
    });
    expect((await world.stripe.charges.retrieve(charge)).transfer_group).toBe(`group_${intent}`);
    // The limit is what was charged, not what is left of it after fees.
    expect((await refusal(send({ amount: 3001, source_transaction: charge }))).message).toBe(
      'Transfers using this transaction as a source must not exceed the source amount of $100.00. (There is already a ' +
        'transfer using this source, amounting to $70.00.)',
    );
    await send({ source_transaction: charge });
    expect(await balance()).toEqual([0, -320]);
    expect((await refusal(send({ amount: 1, source_transaction: charge }))).message).toMatch(
      /\(There are already 2 transfers using this source, amounting to \$100\.00\.\)$/,
    );
    world.clock.advance(2 * 86_400);
    expect(await balance()).toEqual([-320, 0]);
    const { charge: later } = await paid(10_000, atOnce);
    // What is available already has to be there, source or not.
    await send({ amount: 9000 });
    expect((await refusal(send({ source_transaction: later }))).code).toBe('balance_insufficient');
  });

  it('from a charge keep its group, and are in the currency that it settled in', async () => {
    world.sandbox.stripe.settleIn('usd', { eur: '1.1' });
    const { charge } = await paid(10_000, undefined, {
      ...basket(10_000, 'eur'),
      payment_intent_data: { transfer_group: 'order_7' },
    });
    const euros = await refusal(send({ currency: 'eur', source_transaction: charge }));
    expect(euros.message).toBe(
      "The currency of source_transaction's balance transaction (usd) must be the same as the transfer currency (eur)",
    );
    expect((await refusal(send({ amount: 11_001, source_transaction: charge }))).message).toMatch(/of \$110\.00\.$/);
    const transfer = await send({ amount: 11_000, source_transaction: charge });
    expect(transfer.transfer_group).toBe('order_7');
  });

  it('go to nobody unknown and to nobody who cannot receive them', async () => {
    await paid(10_000, atOnce);
    expect(await refusal(send({ destination: 'acct_none' }))).toMatchObject({
      code: 'resource_missing',
      message: "No such destination: 'acct_none'",
      param: 'destination',
      statusCode: 400,
    });
    const { id } = await world.stripe.accounts.create({ type: 'express' });
    const { connect } = world.sandbox.stripe;
    const refused = async () => (await refusal(send({ destination: id }))).code;
    expect(await refused()).toBe('insufficient_capabilities_for_transfer');
    connect.onboard(id, { verified: false });
    expect(await refused()).toBe('insufficient_capabilities_for_transfer');
    connect.restrict(id);
    expect(await refusal(send({ destination: id }))).toMatchObject({
      code: 'insufficient_capabilities_for_transfer',
      message:
        'Your destination account needs to have at least one of the following capabilities enabled: transfers, ' +
        'crypto_transfers, legacy_payments',
    });
    connect.onboard(id);
    expect((await send({ destination: id })).destination).toBe(id);
  });

  it('are refused when they make no sense', async () => {
    await paid(10_000, atOnce);
    expect(await refusal(send({ amount: undefined }))).toMatchObject({ code: 'parameter_missing', param: 'amount' });
    expect((await refusal(send({ amount: 0 }))).param).toBe('amount');
    expect((await refusal(send({ amount: 1.5 }))).message).toBe('Invalid integer: 1.5');
    expect((await refusal(send({ currency: 'xyz' }))).message).toMatch(/^Invalid currency: xyz/);
    expect(await refusal(send({ source_transaction: 'ch_none' }))).toMatchObject({
      message: "No such charge: 'ch_none'",
      param: 'source_transaction',
    });
    const { id } = await world.stripe.checkout.sessions.create(basket());
    const declined = world.sandbox.stripe.pay(id, { card: '4000000000000002' }).charge!.id;
    expect((await refusal(send({ source_transaction: declined }))).param).toBe('source_transaction');
    expect(await refusal(world.stripe.transfers.retrieve('tr_none'))).toMatchObject({
      code: 'resource_missing',
      message: "No such transfer: 'tr_none'",
      statusCode: 404,
    });
    expect(await balance()).toEqual([9680, 0]);
  });

  it('are made once for one key', async () => {
    await paid(10_000, atOnce);
    const first = await send({}, { idempotencyKey: 'payout-1' });
    expect((await send({}, { idempotencyKey: 'payout-1' })).id).toBe(first.id);
    expect((await refusal(send({ amount: 1 }, { idempotencyKey: 'payout-1' }))).type).toBe('StripeIdempotencyError');
    expect(await balance()).toEqual([6680, 0]);
    // A refusal is kept as well: with the money there, the same key is still refused.
    expect((await refusal(send({ amount: 9000 }, { idempotencyKey: 'payout-2' }))).code).toBe('balance_insufficient');
    await paid(10_000, atOnce);
    expect((await refusal(send({ amount: 9000 }, { idempotencyKey: 'payout-2' }))).code).toBe('balance_insufficient');
    await send({ amount: 9000 }, { idempotencyKey: 'payout-3' });
  });

  it('are updated and listed', async () => {
    await paid(10_000, atOnce);
    const other = await onboarded();
    const a = await send({ amount: 100, transfer_group: 'one', metadata: { lesson: '1' } });
    world.clock.advance(10);
    const b = await send({ amount: 200, transfer_group: 'two' });
    const c = await send({ amount: 300, transfer_group: 'two', destination: other });
    const ids = async (params: Stripe.TransferListParams) =>
      (await world.stripe.transfers.list(params)).data.map(({ id }) => id);
    expect(await ids({})).toEqual([c.id, b.id, a.id]);
    expect(await ids({ destination })).toEqual([b.id, a.id]);
    expect(await ids({ transfer_group: 'two' })).toEqual([c.id, b.id]);
    expect(await ids({ created: { lt: world.clock.seconds } })).toEqual([a.id]);
    expect(await ids({ limit: 1, starting_after: c.id })).toEqual([b.id]);
    const updated = await world.stripe.transfers.update(a.id, { description: 'late', metadata: { lesson: '2' } });
    expect(updated).toMatchObject({ description: 'late', metadata: { lesson: '2' } });
    expect(world.sandbox.stripe.events().at(-1)).toMatchObject({
      type: 'transfer.updated',
      data: { previous_attributes: { description: null, metadata: { lesson: '1' } } },
    });
  });
});
