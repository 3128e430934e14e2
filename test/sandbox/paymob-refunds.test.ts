import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { PaymobPayOptions, PaymobTransaction } from '../../src/sandbox/index.js';
import { call, inShort, intend, isSigned, refundCall, startPaymob, voidCall, type World } from './paymob-support.js';

let world: World;
beforeEach(async () => {
  world = await startPaymob();
});
afterEach(() => world.close());

/** A payment whose own callback has arrived and is forgotten. */
async function paid(options: PaymobPayOptions = {}): Promise<PaymobTransaction> {
  const { transaction } = world.paymob.pay((await intend(world)).client_secret, options);
  await told();
  return transaction;
}

/** What has been told since it was asked last. */
async function told(): Promise<string[]> {
  await world.paymob.callbacks.idle();
  expect(world.school.callbacks.every(isSigned)).toBe(true);
  const short = world.school.told().sort();
  world.school.callbacks.length = 0;
  return short;
}

const now = (id: number) => world.paymob.transactions().find((transaction) => transaction.id === id);

describe('Paymob refunds', () => {
  it('are transactions of their own, told with the payment that they belong to', async () => {
    const payment = await paid();
    const { status, body } = await refundCall(world, payment.id, 50_050);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      success: true,
      pending: false,
      amount_cents: 50_050,
      is_refund: true,
      is_void: false,
      is_refunded: false,
      has_parent_transaction: true,
      parent_transaction: payment.id,
      order: { id: payment.order.id, merchant_order_id: 'payment-1' },
      payment_key_claims: null,
      source_data: payment.source_data,
      data: { migs_order: { amount: 500.5 } },
    });
    expect(body.id).toBeGreaterThan(payment.id);
    const parent = now(payment.id);
    expect(parent).toMatchObject({ success: true, is_refunded: true, refunded_amount_cents: 50_050, is_refund: false });
    await world.paymob.callbacks.idle();
    const objects = world.school.callbacks.map(({ body: { obj } }) => obj).sort((a, b) => a.id - b.id);
    expect(objects).toEqual([parent, body]);
    expect(await told()).toEqual(['refund success', 'success refunded 50050']);
  });

  it('are partial until everything is given back, and two calls are two refunds', async () => {
    const { id } = await paid();
    expect((await refundCall(world, id, 50_000)).status).toBe(201);
    expect((await refundCall(world, id, 50_000)).status).toBe(201);
    expect(await refundCall(world, id, 50_051)).toEqual({
      status: 400,
      body: { detail: 'The amount 50051 is greater than the refundable amount 50050.' },
    });
    expect((await refundCall(world, String(id), '50050')).status).toBe(201);
    expect(now(id)).toMatchObject({ refunded_amount_cents: 150_050 });
    expect(await refundCall(world, id, 1)).toEqual({
      status: 400,
      body: { detail: 'Full amount has been already refunded.' },
    });
    expect(world.paymob.transactions()).toHaveLength(4);
  });

  it.each<[string, object, object]>([
    ['nothing', {}, { transaction_id: ['This field is required.'], amount_cents: ['This field is required.'] }],
    ['no amount', { transaction_id: 1 }, { amount_cents: ['This field is required.'] }],
    [
      'no numbers',
      { transaction_id: 'x', amount_cents: 1.5 },
      { transaction_id: ['A valid integer is required.'], amount_cents: ['A valid integer is required.'] },
    ],
    [
      'nothing to give',
      { transaction_id: 1, amount_cents: 0 },
      { amount_cents: ['Ensure this value is greater than or equal to 1.'] },
    ],
  ])('are refused for %s', async (_, body, errors) => {
    const answer = await call(world, 'POST', '/api/acceptance/void_refund/refund', body);
    expect(answer).toEqual({ status: 400, body: errors });
  });

  it('are refused for what was never paid', async () => {
    const { client_secret: secret } = await intend(world);
    const declined = world.paymob.decline(secret).transaction;
    const pending = world.paymob.payPending(secret).transaction;
    for (const { id } of [declined, pending]) {
      expect(await refundCall(world, id, 1)).toEqual({
        status: 400,
        body: { detail: 'Only a successful payment can be refunded.' },
      });
    }
    const { id } = await paid();
    const { body: refund } = await refundCall(world, id, 1);
    expect((await refundCall(world, refund.id, 1)).status).toBe(400);
    expect(await refundCall(world, 1, 1)).toEqual({ status: 404, body: { detail: 'Not found.' } });
    expect(world.paymob.transactions().map(inShort)).toEqual([
      'declined',
      'pending',
      'success refunded 1',
      'refund success',
    ]);
  });

  it('are for cards and wallets, not for kiosks', async () => {
    expect((await refundCall(world, (await paid({ method: 'wallet' })).id, 1)).status).toBe(201);
    expect(await refundCall(world, (await paid({ method: 'kiosk' })).id, 1)).toEqual({
      status: 400,
      body: { detail: 'Refund is not supported for this payment method.' },
    });
  });

  it('want the secret key', async () => {
    const { id } = await paid();
    for (const path of ['refund', 'void']) {
      const answer = await call(
        world,
        'POST',
        `/api/acceptance/void_refund/${path}`,
        { transaction_id: id, amount_cents: 1 },
        'Token x',
      );
      expect(answer).toEqual({ status: 401, body: { detail: 'Invalid token.' } });
    }
    expect(world.paymob.transactions()).toHaveLength(1);
  });

  it('can be slow: pending first, then done', async () => {
    const { id } = await paid();
    world.paymob.behave({ slowRefunds: true });
    const { status, body } = await refundCall(world, id, 100_000);
    expect([status, body.pending, body.success]).toEqual([201, true, false]);
    expect(await told()).toEqual(['refund pending']);
    expect(now(id)).toMatchObject({ is_refunded: false, refunded_amount_cents: null });
    // What is under way cannot be given back twice.
    expect((await refundCall(world, id, 50_051)).status).toBe(400);
    const finished = world.paymob.finish(Number(body.id), 'success');
    expect([finished.transaction.id, finished.redirect]).toEqual([body.id, null]);
    expect(await told()).toEqual(['refund success', 'success refunded 100000']);
  });

  it('can be slow and fail in the end, and be tried again', async () => {
    const { id } = await paid();
    world.paymob.behave({ slowRefunds: true });
    const { body } = await refundCall(world, id, 150_050);
    await told();
    const { transaction } = world.paymob.finish(Number(body.id), 'decline', 'The bank refused it');
    expect(transaction).toMatchObject({ success: false, pending: false, data: { message: 'The bank refused it' } });
    expect(await told()).toEqual(['refund declined']);
    expect(now(id)).toMatchObject({ is_refunded: false, refunded_amount_cents: null });
    world.paymob.behave({ slowRefunds: false });
    expect((await refundCall(world, id, 150_050)).status).toBe(201);
  });

  it('can be made by hand, of all that is left', async () => {
    const { id } = await paid();
    expect(world.paymob.refundByHand(id, 50)).toMatchObject({ is_refund: true, amount_cents: 50 });
    expect(world.paymob.refundByHand(String(id))).toMatchObject({ is_refund: true, amount_cents: 150_000 });
    expect(() => world.paymob.refundByHand(id)).toThrow(/already refunded/);
    expect(await told()).toEqual([
      'refund success',
      'refund success',
      'success refunded 150050',
      'success refunded 50',
    ]);
  });
});

describe('Paymob voids', () => {
  it('undo a payment by card on the same day', async () => {
    const payment = await paid();
    const { status, body } = await voidCall(world, payment.id);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      success: true,
      is_void: true,
      is_refund: false,
      has_parent_transaction: true,
      parent_transaction: payment.id,
      amount_cents: 150_050,
    });
    expect(now(payment.id)).toMatchObject({ success: true, is_voided: true, is_refunded: false });
    expect(await told()).toEqual(['success voided', 'void success']);
    expect(await voidCall(world, payment.id)).toEqual({
      status: 400,
      body: { detail: 'This transaction has been already voided.' },
    });
    expect((await refundCall(world, payment.id, 1)).status).toBe(400);
  });

  it('end with the day in Cairo', async () => {
    const [early, late] = [await paid(), await paid()];
    // Ten in the morning in UTC, and noon in Cairo.
    world.clock.advance(12 * 3600 - 1);
    expect((await voidCall(world, early.id)).status).toBe(201);
    world.clock.advance(1);
    expect(await voidCall(world, late.id)).toEqual({
      status: 400,
      body: { detail: 'This transaction cannot be voided: it is past the day of its payment. Refund it instead.' },
    });
  });

  it('are refused after a refund, without a card, and for nothing', async () => {
    const refunded = await paid();
    await refundCall(world, refunded.id, 1);
    const wallet = await paid({ method: 'wallet' });
    for (const { id } of [refunded, wallet]) expect((await voidCall(world, id)).status).toBe(400);
    expect((await voidCall(world, 1)).status).toBe(404);
    expect(await voidCall(world, undefined)).toEqual({
      status: 400,
      body: { transaction_id: ['This field is required.'] },
    });
    expect(world.paymob.transactions().some(({ is_void: isVoid }) => isVoid)).toBe(false);
  });

  it('can be made by hand', async () => {
    const { id } = await paid();
    expect(world.paymob.voidByHand(id)).toMatchObject({ is_void: true, parent_transaction: id });
    expect(await told()).toEqual(['success voided', 'void success']);
  });
});
