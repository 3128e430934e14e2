import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mpesaDefaults } from '../../src/sandbox/index.js';
import { type MpesaWorld, phone, receiptNumber, startMpesaWorld, statuses } from './mpesa-support.js';
import { until } from './support.js';

let world: MpesaWorld;
beforeEach(async () => {
  world = await startMpesaWorld();
});
afterEach(() => world.close());

const ids = (checkoutRequestId: string) => {
  const push = world.mpesa.pushes().find((known) => known.checkoutRequestId === checkoutRequestId);
  return { MerchantRequestID: push?.merchantRequestId, CheckoutRequestID: checkoutRequestId };
};
const success = (checkoutRequestId: string, receipt: unknown) => ({
  Body: {
    stkCallback: {
      ...ids(checkoutRequestId),
      ResultCode: 0,
      ResultDesc: 'The service request is processed successfully.',
      CallbackMetadata: {
        Item: [
          { Name: 'Amount', Value: 1500 },
          { Name: 'MpesaReceiptNumber', Value: receipt },
          { Name: 'Balance' },
          { Name: 'TransactionDate', Value: 20261120130000 },
          { Name: 'PhoneNumber', Value: 254708374149 },
        ],
      },
    },
  },
});
const failure = (checkoutRequestId: string, code: number | string, words: string) => ({
  Body: { stkCallback: { ...ids(checkoutRequestId), ResultCode: code, ResultDesc: words } },
});

describe('what the merchant is told of a push', () => {
  it('a payment, with its receipt and without a signature', async () => {
    const id = await world.pushed();
    const push = world.mpesa.accept(id);
    expect(push).toMatchObject({ status: 'paid', resultCode: 0, receipt: expect.stringMatching(receiptNumber) });
    expect(await world.told()).toEqual([success(id, push.receipt)]);
    expect(Object.keys(world.receiver.received[0]?.headers ?? {}).sort()).toEqual([
      'connection',
      'content-length',
      'content-type',
      'host',
    ]);
    expect(world.mpesa.payments()).toMatchObject([
      { id: push.receipt, amount: 1500, reversed: 0, phone, accountReference: 'ORDER-7' },
    ]);
    expect(world.mpesa.balances()).toEqual({ till: 1500, utility: 1_000_000 });
  });

  it.each([
    ['cancel', 1032, 'Request cancelled by user'],
    ['wrongPin', 2001, 'The initiator information is invalid.'],
    ['insufficientFunds', 1, 'The balance is insufficient for the transaction.'],
    ['noAnswer', 1037, 'No response from user.'],
    ['expire', 1019, 'Transaction has expired'],
  ] as const)('a failure, without any metadata: %s', async (end, code, words) => {
    const id = await world.pushed();
    expect(world.mpesa[end](id)).toMatchObject({
      status: 'failed',
      resultCode: code,
      resultDesc: words,
      receipt: null,
    });
    expect(await world.told()).toEqual([failure(id, code, words)]);
    expect(world.mpesa.payments()).toEqual([]);
    for (const again of [() => world.mpesa.accept(id), () => world.mpesa[end](id)]) expect(again).toThrow(/is failed/);
    expect(await world.told()).toHaveLength(1);
  });

  it('any code there is, some of which are text', async () => {
    const first = await world.pushed();
    world.mpesa.fail(first, 'SFC_IC0003');
    const second = await world.pushed();
    world.mpesa.fail(second, 26, 'Try later');
    await world.mpesa.callbacks.idle();
    const told = await world.told();
    expect(told).toContainEqual(failure(first, 'SFC_IC0003', 'The operator does not exist.'));
    expect(told).toContainEqual(failure(second, 26, 'Try later'));
    const third = await world.pushed();
    expect(() => world.mpesa.fail(third, 0)).toThrow(/another code than 0/);
    expect(() => world.mpesa.accept('ws_CO_unknown')).toThrow(/no object 'ws_CO_unknown'/);
  });

  it('that nobody answered, after a minute', async () => {
    const id = await world.pushed();
    world.clock.advance(59);
    world.mpesa.sweep();
    expect(world.mpesa.ringing(phone)?.checkoutRequestId).toBe(id);
    world.clock.advance(1);
    await until(() => world.mpesa.pushes()[0]?.status === 'failed');
    expect(await world.told()).toEqual([failure(id, 1037, 'No response from user.')]);
    await world.pushed();
  });

  it('that it was paid after all, with the same ids', async () => {
    for (const end of ['noAnswer', 'expire'] as const) {
      world.receiver.received.length = 0;
      world.clock.advance(200);
      const id = await world.pushed();
      world.mpesa[end](id);
      await world.mpesa.callbacks.idle();
      const { receipt, status } = world.mpesa.payLate(id);
      expect([receipt, status]).toEqual([expect.stringMatching(receiptNumber), 'paid']);
      const told = (await world.told()) as ReturnType<typeof failure>[];
      expect(told.map(({ Body }) => Body.stkCallback.ResultCode)).toEqual([end === 'expire' ? 1019 : 1037, 0]);
      expect(told[1]?.Body.stkCallback).toMatchObject(ids(id));
      expect(() => world.mpesa.payLate(id)).toThrow(/only 1019 and 1037/);
    }
    const cancelled = await world.pushed({ Amount: 20 });
    world.mpesa.cancel(cancelled);
    expect(() => world.mpesa.payLate(cancelled)).toThrow(/ended with 1032/);
  });

  it('nothing of what was paid silently, until it is sent by hand', async () => {
    const id = await world.pushed();
    expect(() => world.mpesa.sendCallback(id)).toThrow(/still rings/);
    const { receipt } = world.mpesa.settleSilently(id);
    expect(await world.told()).toEqual([]);
    expect(world.mpesa.payments()).toHaveLength(1);
    world.mpesa.sendCallback(id);
    expect(await world.told()).toEqual([success(id, receipt)]);
  });
});

describe('callbacks on their way', () => {
  it('are sent once, whatever is answered', async () => {
    world.receiver.answers.push(503);
    const id = await world.pushed();
    world.mpesa.accept(id);
    await world.mpesa.callbacks.idle();
    world.mpesa.sweep();
    expect(statuses(world.mpesa.callbacks.attempts())).toEqual([503]);
    await world.mpesa.callbacks.redeliver(id);
    expect(statuses(world.mpesa.callbacks.attempts())).toEqual([503, 200]);
    expect(await world.told()).toEqual(Array(2).fill(success(id, world.mpesa.payments()[0]?.id)));
  });

  it('can be held and sent in another order', async () => {
    const { callbacks } = world.mpesa;
    callbacks.pause();
    const first = await world.pushed();
    world.mpesa.noAnswer(first);
    const second = await world.pushed({ PhoneNumber: '254711222333' });
    world.mpesa.accept(second);
    expect(await world.told()).toEqual([]);
    await callbacks.deliverNow(second);
    callbacks.resume();
    await world.told();
    expect(callbacks.attempts().map(({ about }) => about)).toEqual([second, first]);
  });

  it('come twice, or never, when they are disturbed', async () => {
    const { callbacks } = world.mpesa;
    callbacks.disturb({ duplicate: 2 });
    world.mpesa.accept(await world.pushed());
    expect(await world.told()).toHaveLength(2);
    callbacks.disturb({ drop: 1 });
    world.mpesa.accept(await world.pushed({ Amount: 20 }));
    expect(await world.told()).toHaveLength(2);
    callbacks.calm();
    world.mpesa.accept(await world.pushed({ Amount: 30 }));
    expect(await world.told()).toHaveLength(3);
  });

  it('are for the merchant that was configured', async () => {
    await world.close();
    world = await startMpesaWorld({ mpesa: { ringSeconds: 5 } });
    expect(world.mpesa.settings).toEqual({ ...mpesaDefaults, ringSeconds: 5 });
    await world.pushed();
    world.clock.advance(5);
    world.mpesa.sweep();
    expect(world.mpesa.pushes()[0]?.resultCode).toBe(1037);
  });
});
