import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { hmacOf, signedFields, type SignedValues } from '../../src/sandbox/paymob/hmac.js';
import { hmacSecret, inShort, intend, isSigned, startPaymob, type World } from './paymob-support.js';

describe('paying at Paymob', () => {
  let world: World;
  beforeEach(async () => {
    world = await startPaymob();
  });
  afterEach(() => world.close());

  const told = async () => {
    await world.paymob.callbacks.idle();
    return world.school.told();
  };

  it('is told to the address of the intention, signed, the query that was there first', async () => {
    const intention = await intend(world);
    const { transaction } = world.paymob.pay(intention.client_secret);
    expect(await told()).toEqual(['success']);
    const [callback] = world.school.callbacks;
    expect(callback?.url.search).toMatch(/^\?school=7&hmac=[0-9a-f]{128}$/);
    expect(callback && isSigned(callback)).toBe(true);
    expect(callback?.body).toEqual({
      type: 'TRANSACTION',
      obj: transaction,
      issuer_bank: null,
      transaction_processed_callback_responses: '',
    });
    expect(world.paymob.transactions()).toEqual([transaction]);
    expect(world.paymob.intentions()[0]).toMatchObject({ status: 'paid', confirmed: true });
  });

  it('has the shape of the sample', async () => {
    const { transaction } = world.paymob.pay((await intend(world)).intention_order_id);
    const { intention_order_id: orderId, id } = world.paymob.intentions()[0]!;
    const fraction = `000${String(transaction.id % 1000).padStart(3, '0')}`;
    expect(transaction).toMatchObject({
      pending: false,
      success: true,
      error_occured: false,
      amount_cents: 150_050,
      currency: 'EGP',
      is_3d_secure: true,
      is_refunded: false,
      is_voided: false,
      has_parent_transaction: false,
      parent_transaction: null,
      refunded_amount_cents: null,
      // Noon in Cairo, where it is two hours later.
      created_at: `2026-11-20T12:00:00.${fraction}`,
      source_data: { pan: '2346', type: 'card', sub_type: 'MasterCard' },
      order: { id: orderId, amount_cents: 150_050, merchant_order_id: 'payment-1', paid_amount_cents: 150_050 },
      payment_key_claims: { extra: { payment: 'payment-1' }, order_id: orderId, next_payment_intention: id },
      data: {
        message: 'Approved',
        txn_response_code: 'APPROVED',
        amount: 150_050,
        migs_order: { amount: 1500.5 },
        created_at: `2026-11-20T10:00:00.${fraction}`,
      },
    });
  });

  it('sends the buyer back with the same in dotted names, dated in another way and signed for itself', async () => {
    const { transaction, redirect } = world.paymob.pay((await intend(world)).client_secret);
    expect(redirect).toMatch(/^https:\/\/school\.example\/back\?lang=ar&id=\d+&pending=false&.*#paid$/);
    expect(redirect).toContain(`&created_at=2026-11-20T12%3A00%3A00.`);
    const query = new URL(String(redirect)).searchParams;
    expect(query.get('created_at')).toBe(`${transaction.created_at}+02:00`);
    expect(Object.fromEntries(query)).toMatchObject({
      success: 'true',
      order: String(transaction.order.id),
      merchant_order_id: 'payment-1',
      'source_data.pan': '2346',
      'data.message': 'Approved',
      refunded_amount_cents: '0',
      txn_response_code: 'APPROVED',
    });
    const values = Object.fromEntries(signedFields.map((name) => [name, query.get(name)])) as SignedValues;
    expect(query.get('hmac')).toBe(hmacOf(values, hmacSecret));
    await world.paymob.callbacks.idle();
    expect(query.get('hmac')).not.toBe(world.school.callbacks[0]?.url.searchParams.get('hmac'));
  });

  it.each([
    ['5111 1111 1111 1118', 'Declined', '1118'],
    ['4000000000000051', 'INSUFFICIENT_FUNDS', '0051'],
    ['4242424242424242', 'Declined: not a test card', '4242'],
  ])('is declined with %s, and can be tried again', async (card, message, pan) => {
    const { client_secret: secret } = await intend(world);
    const declined = world.paymob.pay(secret, { card });
    expect(declined.transaction).toMatchObject({
      success: false,
      pending: false,
      error_occured: true,
      data: { message, txn_response_code: 'DECLINED' },
      source_data: { pan },
      order: { paid_amount_cents: 0 },
    });
    expect(new URL(String(declined.redirect)).searchParams.get('success')).toBe('false');
    const paid = world.paymob.pay(secret, { card: '4987654321098769' });
    expect(paid.transaction.id).toBeGreaterThan(declined.transaction.id);
    expect((await told()).sort()).toEqual(['declined', 'success']);
    expect(world.school.callbacks.every(isSigned)).toBe(true);
  });

  it('is declined by hand, with any words', async () => {
    const { transaction } = world.paymob.decline((await intend(world)).client_secret, 'Do not honour');
    expect([inShort(transaction), transaction.data.message]).toEqual(['declined', 'Do not honour']);
    expect(await told()).toEqual(['declined']);
  });

  it('is done once only, unless that is wanted', async () => {
    const { client_secret: secret } = await intend(world);
    world.paymob.pay(secret);
    expect(() => world.paymob.pay(secret)).toThrow(/^Order \d+ is paid, so it cannot be paid\.$/);
    world.paymob.behave({ payableTwice: true });
    world.paymob.pay(secret);
    expect(world.paymob.transactions().map(inShort)).toEqual(['success', 'success']);
    expect(new Set(world.paymob.transactions().map(({ order }) => order.id)).size).toBe(1);
  });

  it('ends when the intention has expired', async () => {
    const { client_secret: secret } = await intend(world, { expiration: 600 });
    world.clock.advance(599);
    world.paymob.decline(secret);
    world.clock.advance(1);
    expect(() => world.paymob.pay(secret)).toThrow(/is expired, so it cannot be paid/);
    expect(world.paymob.intentions()[0]?.status).toBe('expired');
    expect(() => world.paymob.pay('egy_csk_test_none')).toThrow("Paymob has no intention 'egy_csk_test_none'.");
  });

  it.each([
    ['success', 'success'],
    ['decline', 'declined'],
  ] as const)('is pending until it is finished: %s', async (result, status) => {
    const { transaction, redirect } = world.paymob.payPending((await intend(world)).client_secret);
    expect(transaction).toMatchObject({ pending: true, success: false, error_occured: false });
    expect(new URL(String(redirect)).searchParams.get('pending')).toBe('true');
    expect(await told()).toEqual(['pending']);
    const finished = world.paymob.finish(transaction.id, result, 'No');
    expect(finished.transaction.id).toBe(transaction.id);
    expect(await told()).toEqual(['pending', status]);
    expect(world.school.callbacks.every(isSigned)).toBe(true);
    expect(() => world.paymob.finish(transaction.id, result)).toThrow(/is not pending/);
  });

  it('is not finished as a success where another attempt was faster', async () => {
    const { client_secret: secret } = await intend(world);
    const { transaction } = world.paymob.payPending(secret);
    world.paymob.pay(secret);
    expect(() => world.paymob.finish(transaction.id, 'success')).toThrow(/is paid, so it cannot be paid/);
    expect(inShort(world.paymob.finish(transaction.id, 'decline').transaction)).toBe('declined');
  });

  it('is told of as pending first where that is wanted', async () => {
    world.paymob.behave({ pendingFirst: true });
    const { client_secret: secret } = await intend(world);
    world.paymob.decline(secret);
    world.paymob.pay(secret);
    expect((await told()).sort()).toEqual(['declined', 'pending', 'pending', 'success']);
  });

  it('is done from a wallet', async () => {
    const { client_secret: secret } = await intend(world);
    const declined = world.paymob.pay(secret, { method: 'wallet', phone: '01112345678' });
    expect(declined.transaction.data.message).toBe('Wallet is not registered');
    const { transaction } = world.paymob.pay(secret, { method: 'wallet' });
    expect(transaction).toMatchObject({
      success: true,
      is_3d_secure: false,
      source_data: { type: 'wallet', pan: '01010101010', sub_type: 'wallet' },
    });
  });

  it('is done at a kiosk, later, by nobody with a number, and nobody is sent back', async () => {
    const { client_secret: secret } = await intend(world);
    const { transaction, redirect } = world.paymob.pay(secret, { method: 'kiosk' });
    expect(redirect).toBeNull();
    expect(transaction.source_data).toMatchObject({ type: 'aggregator', pan: null });
    expect((await told()).sort()).toEqual(['pending', 'success']);
    expect(world.school.callbacks.every(isSigned)).toBe(true);
  });
});
