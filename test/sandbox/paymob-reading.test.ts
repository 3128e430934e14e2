import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { apiKey, bearer, call, intend, refundCall, secretKey, startPaymob, type World } from './paymob-support.js';

describe('reading Paymob transactions', () => {
  let world: World;
  let token: string;
  beforeEach(async () => {
    world = await startPaymob();
    token = await bearer(world);
  });
  afterEach(() => world.close());

  const read = (id: unknown, authorization = token) =>
    call(world, 'GET', `/api/acceptance/transactions/${String(id)}`, undefined, authorization);
  const inquire = (body: object, authorization = token) =>
    call(world, 'POST', '/api/ecommerce/orders/transaction_inquiry', body, authorization);
  const missing = { status: 404, body: { detail: 'Not found.' } };

  it('wants a token, for which the API key is exchanged', async () => {
    const exchange = (body: object) => call(world, 'POST', '/api/auth/tokens', body, '');
    expect(await exchange({ api_key: apiKey })).toMatchObject({
      status: 201,
      body: { token: expect.any(String), profile: { id: expect.any(Number) } },
    });
    expect(await exchange({ api_key: 'x' })).toEqual({ status: 401, body: { detail: 'incorrect credentials' } });
    expect(await exchange({})).toEqual({ status: 400, body: { api_key: ['This field is required.'] } });
    const [request] = world.paymob.requests();
    expect([request?.body, request?.answer]).toEqual([
      { api_key: '(not shown)' },
      expect.objectContaining({ token: '(not shown)' }),
    ]);
  });

  it.each([
    ['', 'Authentication credentials were not provided.'],
    [`Token ${secretKey}`, 'Authentication credentials were not provided.'],
    ['Bearer x', 'Invalid token.'],
  ])('is refused with %j', async (authorization, detail) => {
    expect(await read(1, authorization)).toEqual({ status: 401, body: { detail } });
    expect(await inquire({ order_id: 1 }, authorization)).toEqual({ status: 401, body: { detail } });
  });

  it('ends an hour after the token was given', async () => {
    world.clock.advance(3599);
    expect(await read(1)).toEqual(missing);
    world.clock.advance(1);
    expect(await read(1)).toEqual({ status: 401, body: { detail: 'Signature has expired.' } });
    world.clock.advance(3601);
    world.paymob.sweep();
    expect(await read(1)).toEqual({ status: 401, body: { detail: 'Invalid token.' } });
  });

  it('answers a transaction as it is now, as a callback would tell it', async () => {
    const { transaction } = world.paymob.pay((await intend(world)).client_secret);
    expect(await read(transaction.id)).toEqual({ status: 200, body: transaction });
    await refundCall(world, transaction.id, 50);
    expect(await read(transaction.id)).toMatchObject({ body: { is_refunded: true, refunded_amount_cents: 50 } });
    expect(await read(transaction.id + 1000)).toEqual(missing);
    expect(await read('x')).toEqual(missing);
  });

  it('answers the latest payment of an order, and rather one that succeeded', async () => {
    const { intention_order_id: orderId, client_secret: secret } = await intend(world);
    expect(await inquire({ order_id: orderId })).toEqual(missing);
    world.paymob.decline(secret, 'One');
    const { transaction: second } = world.paymob.decline(secret, 'Two');
    expect((await inquire({ order_id: orderId })).body.id).toBe(second.id);
    const { transaction: third } = world.paymob.payPending(secret);
    expect((await inquire({ order_id: String(orderId) })).body).toMatchObject({ id: third.id, pending: true });
    const { transaction: paid } = world.paymob.pay(secret);
    world.paymob.finish(third.id, 'decline');
    await refundCall(world, paid.id, 50);
    expect(await inquire({ order_id: orderId })).toMatchObject({ status: 200, body: { id: paid.id, success: true } });
    expect(await inquire({ order_id: orderId + 1000 })).toEqual(missing);
    expect(await inquire({})).toEqual({ status: 400, body: { order_id: ['This field is required.'] } });
  });

  it('outweighs a later decline by a success', async () => {
    world.paymob.behave({ payableTwice: true });
    const { intention_order_id: orderId } = await intend(world);
    const { transaction } = world.paymob.pay(orderId);
    world.paymob.decline(orderId);
    expect((await inquire({ order_id: orderId })).body.id).toBe(transaction.id);
  });

  it('finds by the reference, over all orders that carry it', async () => {
    const [first, second] = [await intend(world), await intend(world)];
    const reference = { merchant_order_id: 'payment-1' };
    expect(await inquire(reference)).toEqual(missing);
    const { transaction } = world.paymob.pay(first.intention_order_id);
    world.paymob.decline(second.intention_order_id);
    expect((await inquire(reference)).body.id).toBe(transaction.id);
    expect(await inquire({ merchant_order_id: 'payment-2' })).toEqual(missing);
  });

  it('says booleans in words where it is old, and wraps what it says, if wanted', async () => {
    const { transaction } = world.paymob.pay((await intend(world)).client_secret);
    const inWords = { success: 'true', pending: 'false', is_refunded: 'false', order: { is_payment_locked: 'false' } };
    world.paymob.behave({ booleansAsText: true });
    expect((await read(transaction.id)).body).toMatchObject({ ...inWords, id: transaction.id, amount_cents: 150_050 });
    world.paymob.behave({ wrapped: true });
    expect((await inquire({ order_id: transaction.order.id })).body).toMatchObject({
      type: 'TRANSACTION',
      obj: inWords,
    });
    expect(world.paymob.habits()).toMatchObject({ booleansAsText: true, wrapped: true, slowRefunds: false });
    world.paymob.behave({ booleansAsText: false });
    expect((await read(transaction.id)).body).toEqual({ type: 'TRANSACTION', obj: transaction });
    // Callbacks and refunds are as ever.
    expect((await refundCall(world, transaction.id, 50)).body.success).toBe(true);
  });
});
