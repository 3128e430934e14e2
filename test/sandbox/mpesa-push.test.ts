import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mpesaDefaults } from '../../src/sandbox/index.js';
import { type MpesaWorld, password, phone, refusal, requestId, startMpesaWorld } from './mpesa-support.js';

let world: MpesaWorld;
beforeEach(async () => {
  world = await startMpesaWorld();
});
afterEach(() => world.close());

describe('a push', () => {
  it('is accepted, which says nothing of whether it is paid', async () => {
    const { status, body } = await world.push();
    expect(status).toBe(200);
    expect(body).toEqual({
      MerchantRequestID: expect.stringMatching(requestId),
      CheckoutRequestID: 'ws_CO_20112026130000000708374149',
      ResponseCode: '0',
      ResponseDescription: 'Success. Request accepted for processing',
      CustomerMessage: 'Success. Request accepted for processing',
    });
    expect(world.mpesa.pushes()).toEqual([
      {
        checkoutRequestId: body.CheckoutRequestID,
        merchantRequestId: body.MerchantRequestID,
        phone,
        amount: 1500,
        accountReference: 'ORDER-7',
        description: 'Algebra I',
        status: 'ringing',
        resultCode: null,
        resultDesc: null,
        receipt: null,
        callbackUrl: world.address,
        at: world.clock.now(),
      },
    ]);
    expect(world.mpesa.ringing(phone)).toEqual(world.mpesa.pushes()[0]);
    expect(await world.told()).toEqual([]);
  });

  it('takes numbers as text and text as numbers', async () => {
    const typed = { BusinessShortCode: mpesaDefaults.shortcode, Amount: '1500', PhoneNumber: Number(phone) };
    expect((await world.push(typed)).status).toBe(200);
    expect(world.mpesa.ringing(phone)).toMatchObject({ amount: 1500, phone });
  });

  it('has an id of its own, also for one phone in one moment', async () => {
    const first = await world.pushed();
    world.mpesa.cancel(first);
    const second = await world.pushed();
    expect([first, second]).toEqual(['ws_CO_20112026130000000708374149', 'ws_CO_20112026130000001708374149']);
    expect(new Set(world.mpesa.pushes().map(({ merchantRequestId }) => merchantRequestId)).size).toBe(2);
  });

  it.each([
    ['Amount', [0, -1, 1.5, '1.0', 250_001, '', 'ten', null], 'Amount'],
    ['PhoneNumber', ['0708374149', '+254708374149', '25470837414', '254208374149', undefined], 'PhoneNumber'],
    ['PartyA', ['0708374149', undefined], 'PhoneNumber'],
    ['PartyB', ['12', 'till', undefined], 'PartyB'],
    ['BusinessShortCode', ['', 'shop'], 'BusinessShortCode'],
    ['Timestamp', ['2026-11-20', '202611201300', undefined], 'Timestamp'],
    ['TransactionType', ['BuyGoods', undefined], 'TransactionType'],
    ['AccountReference', ['', undefined], 'AccountReference'],
    ['TransactionDesc', ['', undefined], 'Remarks'],
    [
      'CallBackURL',
      [
        'ftp://shop.example/paid',
        'shop.example/paid',
        'https://',
        'https://shop.example/mpesa/paid',
        'https://mPesa.shop.example/paid',
        'https://shop.example/paid?by=Safaricom',
        'https://shop.example/paid/6cmd2',
        'https://shop.example/MySql',
        'https://shop.example/executed',
        'https://shop.example/jQuery',
        undefined,
      ],
      'CallBackURL',
    ],
  ])('is refused for a wrong %s', async (field, wrong, called) => {
    for (const value of wrong) {
      expect(await world.push({ [field]: value })).toEqual(
        refusal(400, '400.002.02', `Bad Request - Invalid ${called}`),
      );
    }
    expect(world.mpesa.pushes()).toEqual([]);
  });

  it('takes both kinds of Kenyan numbers, both kinds of payments and the most that can be paid', async () => {
    for (const [index, number] of ['254711222333', '254111222333'].entries()) {
      const TransactionType = ['CustomerPayBillOnline', 'CustomerBuyGoodsOnline'][index];
      const parties = { PartyA: number, PhoneNumber: number, PartyB: '5123456' };
      expect((await world.push({ ...parties, TransactionType, Amount: 250_000 })).status).toBe(200);
    }
    expect((await world.push({ AccountReference: 'FIFTEENLETTERS1' })).status).toBe(200);
  });

  it('is refused with one code for whatever else is wrong', async () => {
    const wrong = (message: string) => refusal(500, '500.001.1001', message);
    expect(await world.push({ Timestamp: '20261120130001' })).toEqual(wrong('Wrong credentials'));
    expect(await world.push({ Password: password('174378').Password })).toEqual(wrong('Wrong credentials'));
    expect(await world.push({ BusinessShortCode: 600_000 })).toEqual(wrong('Merchant does not exist'));
    await world.pushed();
    expect(await world.push({ Amount: 20 })).toEqual(
      wrong('Unable to lock subscriber, a transaction is already in process for the current subscriber'),
    );
    expect((await world.push({ PhoneNumber: '254711222333' })).status).toBe(200);
    expect(world.mpesa.pushes().map((push) => push.phone)).toEqual([phone, '254711222333']);
  });

  it('made like one that was paid within two minutes is accepted, and fails', async () => {
    const receipt = await world.paid(1500);
    world.clock.advance(119);
    const repeated = await world.pushed();
    expect(world.mpesa.pushes()[1]).toMatchObject({
      checkoutRequestId: repeated,
      status: 'failed',
      resultCode: 17,
      resultDesc: 'Rule limited.',
    });
    const other = await world.pushed({ Amount: 1501 });
    expect(world.mpesa.ringing(phone)?.checkoutRequestId).toBe(other);
    world.mpesa.cancel(other);
    world.clock.advance(1);
    expect(world.mpesa.ringing(phone)).toBeUndefined();
    const later = await world.pushed();
    expect(world.mpesa.ringing(phone)?.checkoutRequestId).toBe(later);
    expect(world.mpesa.payments().map(({ id }) => id)).toEqual([receipt]);
  });
});
