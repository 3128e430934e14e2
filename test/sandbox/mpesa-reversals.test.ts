import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  conversationId,
  type MpesaWorld,
  phone,
  receiptNumber,
  refusal,
  requestId,
  startMpesaWorld,
} from './mpesa-support.js';

let world: MpesaWorld;
let receipt: string;
beforeEach(async () => {
  world = await startMpesaWorld();
  receipt = await world.paid(1500);
  await world.mpesa.callbacks.idle();
  world.receiver.received.length = 0;
});
afterEach(() => world.close());

const failure = (code: number | string, words: string, at = world.mpesa.reversals().at(-1)) => ({
  Result: {
    ResultType: 0,
    ResultCode: code,
    ResultDesc: words,
    OriginatorConversationID: at?.originatorConversationId,
    ConversationID: at?.id,
    TransactionID: 'UKK0000000',
  },
});

describe('a reversal', () => {
  it('is accepted at once, and its result comes by itself', async () => {
    const { status, body } = await world.reverse(receipt, 1500);
    expect([status, body]).toEqual([
      200,
      {
        OriginatorConversationID: expect.stringMatching(requestId),
        ConversationID: expect.stringMatching(conversationId),
        ResponseCode: '0',
        ResponseDescription: 'Accept the service request successfully.',
      },
    ]);
    const [reversal] = world.mpesa.reversals();
    expect(reversal).toEqual({
      id: body.ConversationID,
      originatorConversationId: body.OriginatorConversationID,
      at: world.clock.now(),
      amount: 1500,
      phone,
      originalReceipt: receipt,
      byHand: false,
      status: 'done',
      resultCode: 0,
      endedIn: 'result',
      receipt: expect.stringMatching(receiptNumber),
    });
    expect(reversal?.receipt).not.toBe(receipt);
    expect(await world.told()).toEqual([
      {
        Result: {
          ResultType: 0,
          ResultCode: 0,
          ResultDesc: 'The service request is processed successfully.',
          OriginatorConversationID: body.OriginatorConversationID,
          ConversationID: body.ConversationID,
          TransactionID: reversal?.receipt,
          ResultParameters: {
            ResultParameter: [
              { Key: 'DebitAccountBalance', Value: 'Utility Account|KES|0.00|0.00|0.00|0.00' },
              { Key: 'Amount', Value: 1500 },
              { Key: 'TransCompletedTime', Value: 20261120130000 },
              { Key: 'OriginalTransactionID', Value: receipt },
              { Key: 'Charge', Value: 0 },
              { Key: 'CreditPartyPublicName', Value: '254708374149 - Sandbox Person' },
              { Key: 'DebitPartyPublicName', Value: '174379 - Sandbox Shop' },
            ],
          },
          ReferenceData: {
            ReferenceItem: { Key: 'QueueTimeoutURL', Value: 'https://results.internal.example/v1/submit' },
          },
        },
      },
    ]);
    expect(world.mpesa.callbacks.attempts().at(-1)).toMatchObject({
      about: body.ConversationID,
      url: `${world.address}/result`,
    });
    expect(world.mpesa.balances()).toEqual({ till: 0, utility: 1_000_000 });
  });

  it('gives back in parts until nothing is left', async () => {
    await world.reverse(receipt, 500);
    await world.reverse(receipt, 1001);
    await world.reverse(receipt, 1000);
    await world.reverse(receipt, 1);
    expect(world.mpesa.reversals().map(({ resultCode, amount }) => [resultCode, amount])).toEqual([
      [0, 500],
      [1, 1001],
      [0, 1000],
      ['R000001', 1],
    ]);
    const told = await world.told();
    const [, tooMuch, , tooLate] = world.mpesa.reversals();
    expect(told).toContainEqual(failure(1, 'The balance is insufficient for the transaction.', tooMuch));
    expect(told).toContainEqual(failure('R000001', 'The transaction has already been reversed.', tooLate));
    expect(world.mpesa.payments()).toMatchObject([{ id: receipt, amount: 1500, reversed: 1500 }]);
    expect(world.mpesa.balances().till).toBe(0);
  });

  it('is of a payment only: neither of what is unknown nor of a payout or a reversal', async () => {
    await world.payOut('one');
    await world.reverse(receipt, 100);
    await world.mpesa.callbacks.idle();
    const others = [world.mpesa.disbursements()[0]?.receipt, world.mpesa.reversals()[0]?.receipt, 'UKKNEVERWAS'];
    for (const other of others) {
      world.receiver.received.length = 0;
      await world.reverse(String(other), 100);
      expect(await world.told()).toEqual([failure('R000002', 'The OriginalTransactionID is invalid.')]);
    }
    expect(world.mpesa.balances()).toEqual({ till: 1400, utility: 999_500 });
  });

  it.each([
    ['Amount', ['0', '1.5', undefined], 'Amount'],
    ['CommandID', ['Reversal', undefined], 'CommandID'],
    ['TransactionID', ['', undefined], 'TransactionID'],
    ['ReceiverParty', ['600000', undefined], 'ReceiverParty'],
    ['RecieverIdentifierType', ['4', undefined], 'RecieverIdentifierType'],
    ['Remarks', ['x', 'x'.repeat(101), undefined], 'Remarks'],
    ['Initiator', ['', undefined], 'Initiator'],
    ['SecurityCredential', ['', undefined], 'SecurityCredential'],
    ['ResultURL', ['no address', 'https://shop.example/mpesa', undefined], 'ResultURL'],
    ['QueueTimeOutURL', ['no address', undefined], 'QueueTimeOutURL'],
  ])('is refused at once for a wrong %s', async (field, wrong, called) => {
    for (const value of wrong) {
      expect(await world.reverse(receipt, 100, { [field]: value })).toEqual(
        refusal(400, '400.002.02', `Bad Request - Invalid ${called}`),
      );
    }
    expect([world.mpesa.reversals(), await world.told()]).toEqual([[], []]);
  });

  it('knows the field by its wrong spelling only', async () => {
    const spelt = { RecieverIdentifierType: undefined, ReceiverIdentifierType: '11' };
    expect((await world.reverse(receipt, 100, spelt)).status).toBe(400);
  });

  it('fails for another initiator, and for any while the credential is locked', async () => {
    await world.reverse(receipt, 100, { SecurityCredential: 'wrong' });
    expect(await world.told()).toEqual([failure(2001, 'The initiator information is invalid.')]);
    await world.reverse(receipt, 100, { Initiator: 'somebody' });
    world.mpesa.lockCredential();
    await world.reverse(receipt, 100);
    world.mpesa.lockCredential(false);
    await world.reverse(receipt, 100);
    expect(world.mpesa.reversals().map(({ resultCode }) => resultCode)).toEqual([2001, 2001, 8006, 0]);
    expect(await world.told()).toContainEqual(
      failure(8006, 'The security credential is locked.', world.mpesa.reversals()[2]),
    );
    expect(world.mpesa.balances().till).toBe(1400);
  });
});

describe('a reversal on the portal', () => {
  it('takes what is left, and nobody is told', async () => {
    await world.reverse(receipt, 500);
    await world.told();
    const { amount, receipt: own } = world.mpesa.reverseByHand(receipt);
    expect([amount, own]).toEqual([1000, expect.stringMatching(receiptNumber)]);
    expect(await world.told()).toHaveLength(1);
    await world.reverse(receipt, 500);
    expect(world.mpesa.reversals()).toMatchObject([
      { byHand: false, resultCode: 0 },
      { byHand: true, resultCode: 0, originalReceipt: receipt, endedIn: 'silence' },
      { byHand: false, resultCode: 'R000001' },
    ]);
    expect(() => world.mpesa.reverseByHand(receipt)).toThrow(/given back already/);
    expect(() => world.mpesa.reverseByHand('UKKNEVERWAS')).toThrow(/no object/);
  });
});
