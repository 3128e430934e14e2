import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { conversationId, type MpesaWorld, refusal, requestId, startMpesaWorld } from './mpesa-support.js';

let world: MpesaWorld;
let receipt: string;
beforeEach(async () => {
  world = await startMpesaWorld();
  receipt = await world.paid(1500);
  await forget();
});
afterEach(() => world.close());

async function forget(): Promise<void> {
  await world.mpesa.callbacks.idle();
  world.receiver.received.length = 0;
}

interface Told {
  Result: { ResultCode: number; ResultParameters?: { ResultParameter: { Key: string; Value?: unknown }[] } };
}
/** The code that a question ends with, and the receipt and amount that it finds. */
async function found(asked: Record<string, string | undefined>): Promise<unknown[]> {
  await forget();
  expect((await world.askStatus(asked)).status).toBe(200);
  const [told] = (await world.told()) as Told[];
  const parameters = told?.Result.ResultParameters?.ResultParameter ?? [];
  const value = (key: string) => parameters.find(({ Key }) => Key === key)?.Value;
  return [told?.Result.ResultCode, value('ReceiptNo'), value('Amount')];
}

describe('a question about a transaction', () => {
  it('is answered with what life is known for: doubled keys, keys without a value, amounts as text', async () => {
    const { status, body } = await world.askStatus({ TransactionID: receipt });
    expect([status, body]).toEqual([
      200,
      {
        OriginatorConversationID: expect.stringMatching(requestId),
        ConversationID: expect.stringMatching(conversationId),
        ResponseCode: '0',
        ResponseDescription: 'Accept the service request successfully.',
      },
    ]);
    expect(await world.told()).toEqual([
      {
        Result: {
          ResultType: 0,
          ResultCode: 0,
          ResultDesc: 'The service request is processed successfully.',
          OriginatorConversationID: body.OriginatorConversationID,
          ConversationID: body.ConversationID,
          TransactionID: 'UKK0000000',
          ResultParameters: {
            ResultParameter: [
              { Key: 'DebitPartyName', Value: '254708374149 - Sandbox Person' },
              { Key: 'DebitPartyName', Value: '174379 - Sandbox Shop' },
              { Key: 'OriginatorConversationID', Value: world.mpesa.pushes()[0]?.merchantRequestId },
              { Key: 'InitiatedTime', Value: '20261120130000' },
              { Key: 'DebitAccountType', Value: 'MMF Account For Customer' },
              { Key: 'DebitPartyCharges' },
              { Key: 'TransactionReason' },
              { Key: 'ReasonType', Value: 'Pay Bill Online' },
              { Key: 'TransactionStatus', Value: 'Completed' },
              { Key: 'FinalisedTime', Value: '20261120130000' },
              { Key: 'Amount', Value: '1500' },
              { Key: 'ConversationID', Value: world.mpesa.payments()[0]?.conversationId },
              { Key: 'ReceiptNo', Value: receipt },
            ],
          },
          ReferenceData: { ReferenceItem: { Key: 'Occasion' } },
        },
      },
    ]);
  });

  it('finds payouts and reversals by receipt and by either id of their conversation', async () => {
    await world.payOut('payout-1');
    await world.reverse(receipt, 400);
    const [payout] = world.mpesa.disbursements();
    const [reversal] = world.mpesa.reversals();
    for (const asked of [
      { TransactionID: String(payout?.receipt) },
      { OriginalConversationID: 'payout-1' },
      { OriginalConversationID: payout?.id },
    ]) {
      expect(await found(asked)).toEqual([0, payout?.receipt, '500']);
    }
    for (const asked of [
      { TransactionID: String(reversal?.receipt), OriginalConversationID: 'payout-1' },
      { OriginalConversationID: reversal?.originatorConversationId },
    ]) {
      expect(await found(asked)).toEqual([0, reversal?.receipt, '400']);
    }
  });

  it('finds nothing of what is unknown, has failed or was dropped', async () => {
    world.mpesa.nextRequest('b2c', { endsIn: 1 });
    await world.payOut('failed');
    world.mpesa.nextRequest('b2c', { endsIn: 'timeout', done: false });
    await world.payOut('dropped');
    for (const asked of ['failed', 'dropped', 'never']) {
      expect(await found({ OriginalConversationID: asked })).toEqual([2032, undefined, undefined]);
    }
    await forget();
    await world.askStatus({ TransactionID: 'UKKNEVERWAS' });
    expect(await world.told()).toEqual([
      {
        Result: {
          ResultType: 0,
          ResultCode: 2032,
          ResultDesc: 'The transaction does not exist.',
          OriginatorConversationID: expect.stringMatching(requestId),
          ConversationID: expect.stringMatching(conversationId),
          TransactionID: 'UKK0000000',
        },
      },
    ]);
  });

  it('is refused when it is not whole, and fails for another initiator', async () => {
    const wrong: [Record<string, unknown>, string][] = [
      [{}, 'TransactionID'],
      [{ TransactionID: receipt, IdentifierType: '11' }, 'IdentifierType'],
      [{ TransactionID: receipt, PartyA: '600000' }, 'PartyA'],
      [{ TransactionID: receipt, CommandID: 'Status' }, 'CommandID'],
      [{ TransactionID: receipt, Remarks: '' }, 'Remarks'],
      [{ TransactionID: receipt, ResultURL: 'https://shop.example/query' }, 'ResultURL'],
    ];
    for (const [asked, called] of wrong) {
      expect(await world.askStatus(asked)).toEqual(refusal(400, '400.002.02', `Bad Request - Invalid ${called}`));
    }
    expect(await found({ TransactionID: receipt, SecurityCredential: 'wrong' })).toEqual([2001, undefined, undefined]);
  });
});

describe('how a request ends', () => {
  it('can be a timeout, though the work was done', async () => {
    world.mpesa.nextRequest('reversal', { endsIn: 'timeout' });
    const { body } = await world.reverse(receipt, 1500);
    expect(await world.told()).toEqual([
      {
        Result: {
          ResultType: 1,
          ResultCode: 1037,
          ResultDesc: 'The request has timed out in the queue.',
          OriginatorConversationID: body.OriginatorConversationID,
          ConversationID: body.ConversationID,
          TransactionID: 'UKK0000000',
        },
      },
    ]);
    expect(world.mpesa.callbacks.attempts().at(-1)?.url).toBe(`${world.address}/timeout`);
    expect(world.mpesa.reversals()).toMatchObject([{ status: 'done', endedIn: 'timeout', resultCode: 0 }]);
    expect(world.mpesa.balances().till).toBe(0);
    const [reversal] = world.mpesa.reversals();
    expect(await found({ OriginalConversationID: reversal?.originatorConversationId })).toEqual([
      0,
      reversal?.receipt,
      '1500',
    ]);
  });

  it('can be silence, with or without the work, and any code; each once and in their order', async () => {
    world.mpesa.nextRequest('b2c', { endsIn: 'silence' });
    world.mpesa.nextRequest('b2c', { endsIn: 'silence', done: false });
    world.mpesa.nextRequest('b2c', { endsIn: 'SFC_IC0003' });
    expect(world.mpesa.switches().waiting('b2c')).toHaveLength(3);
    for (const id of ['one', 'two', 'three', 'four']) await world.payOut(id);
    expect(world.mpesa.disbursements().map(({ status, endedIn, resultCode }) => [status, endedIn, resultCode])).toEqual(
      [
        ['done', 'silence', 0],
        ['dropped', 'silence', null],
        ['failed', 'result', 'SFC_IC0003'],
        ['done', 'result', 0],
      ],
    );
    expect(await world.told()).toHaveLength(2);
    expect(world.mpesa.balances().utility).toBe(999_000);
    expect(() => world.mpesa.nextRequest('b2c', { endsIn: 0 })).toThrow(/no end of its own/);
  });

  it('of a status question, too', async () => {
    world.mpesa.nextRequest('status', { endsIn: 'silence' });
    world.mpesa.nextRequest('reversal', { endsIn: 11 });
    expect((await world.askStatus({ TransactionID: receipt })).status).toBe(200);
    expect(await world.told()).toEqual([]);
    await world.reverse(receipt, 1500);
    expect(world.mpesa.reversals()).toMatchObject([{ status: 'failed', resultCode: 11, receipt: null }]);
    expect(world.mpesa.balances().till).toBe(1500);
  });
});
