import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { conversationId, type MpesaWorld, phone, receiptNumber, refusal, startMpesaWorld } from './mpesa-support.js';

let world: MpesaWorld;
beforeEach(async () => {
  world = await startMpesaWorld();
});
afterEach(() => world.close());

const queueTimeout = { Key: 'QueueTimeoutURL', Value: 'https://results.internal.example/v1/submit' };
const failure = (code: number | string, words: string) => ({
  Result: {
    ResultType: 0,
    ResultCode: code,
    ResultDesc: words,
    OriginatorConversationID: world.mpesa.disbursements().at(-1)?.originatorConversationId,
    ConversationID: world.mpesa.disbursements().at(-1)?.id,
    TransactionID: expect.stringMatching(receiptNumber),
    ReferenceData: { ReferenceItem: queueTimeout },
  },
});

describe('a payout', () => {
  it('is accepted at once, and its result comes by itself', async () => {
    const { status, body } = await world.payOut('payout-1', { Occassion: 'November' });
    expect([status, body]).toEqual([
      200,
      {
        OriginatorConversationID: 'payout-1',
        ConversationID: expect.stringMatching(conversationId),
        ResponseCode: '0',
        ResponseDescription: 'Accept the service request successfully.',
      },
    ]);
    const [payout] = world.mpesa.disbursements();
    expect(payout).toEqual({
      id: body.ConversationID,
      originatorConversationId: 'payout-1',
      at: world.clock.now(),
      amount: 500,
      phone,
      commandId: 'BusinessPayment',
      remarks: 'A remark',
      status: 'done',
      resultCode: 0,
      endedIn: 'result',
      receipt: expect.stringMatching(receiptNumber),
    });
    expect(await world.told()).toEqual([
      {
        Result: {
          ResultType: 0,
          ResultCode: 0,
          ResultDesc: 'The service request is processed successfully.',
          OriginatorConversationID: 'payout-1',
          ConversationID: body.ConversationID,
          TransactionID: payout?.receipt,
          ResultParameters: {
            ResultParameter: [
              { Key: 'TransactionAmount', Value: 500 },
              { Key: 'TransactionReceipt', Value: payout?.receipt },
              { Key: 'ReceiverPartyPublicName', Value: '254708374149 - Sandbox Person' },
              { Key: 'TransactionCompletedDateTime', Value: '20.11.2026 13:00:00' },
              { Key: 'B2CUtilityAccountAvailableFunds', Value: 999_500 },
              { Key: 'B2CWorkingAccountAvailableFunds', Value: 0 },
              { Key: 'B2CRecipientIsRegisteredCustomer', Value: 'Y' },
              { Key: 'B2CChargesPaidAccountAvailableFunds', Value: 0 },
            ],
          },
          ReferenceData: { ReferenceItem: [queueTimeout, { Key: 'Occassion', Value: 'November' }] },
        },
      },
    ]);
    expect(world.mpesa.balances()).toEqual({ till: 0, utility: 999_500 });
  });

  it('refers to one thing by itself, not in a list', async () => {
    await world.payOut('payout-1');
    expect(await world.told()).toMatchObject([{ Result: { ReferenceData: { ReferenceItem: queueTimeout } } }]);
  });

  it('is taken once for each OriginatorConversationID, whatever became of it', async () => {
    const duplicate = refusal(500, '500.002.1001', 'Duplicate OriginatorConversationID.');
    await world.payOut('payout-1');
    expect(await world.payOut('payout-1')).toEqual(duplicate);
    await world.payOut('payout-2', { SecurityCredential: 'wrong' });
    expect(await world.payOut('payout-2')).toEqual(duplicate);
    world.mpesa.nextRequest('b2c', { endsIn: 'silence', done: false });
    await world.payOut('payout-3');
    expect(await world.payOut('payout-3', { Amount: '20' })).toEqual(duplicate);
    expect(world.mpesa.disbursements().map(({ status }) => status)).toEqual(['done', 'failed', 'dropped']);
    expect(world.mpesa.balances().utility).toBe(999_500);
  });

  it('fails when there is not enough to pay it from, and has a number like a receipt', async () => {
    world.mpesa.setUtilityBalance(499);
    await world.payOut('payout-1');
    expect(await world.told()).toEqual([failure(1, 'The balance is insufficient for the transaction.')]);
    expect(world.mpesa.disbursements()).toMatchObject([{ status: 'failed', resultCode: 1, receipt: null }]);
    expect(world.mpesa.balances().utility).toBe(499);
  });

  it('fails for another initiator, and for any while the credential is locked', async () => {
    await world.payOut('payout-1', { InitiatorName: 'somebody' });
    expect(await world.told()).toEqual([failure(2001, 'The initiator information is invalid.')]);
    world.receiver.received.length = 0;
    world.mpesa.lockCredential();
    await world.payOut('payout-2');
    expect(await world.told()).toEqual([failure(8006, 'The security credential is locked.')]);
  });

  it.each([
    ['Amount', ['9', '250001', '10.5', undefined]],
    ['CommandID', ['TransactionReversal', undefined]],
    ['OriginatorConversationID', ['', undefined]],
    ['InitiatorName', ['', undefined]],
    ['PartyA', ['600000', undefined]],
    ['PartyB', ['0708374149', undefined]],
    ['Remarks', ['x', 'x'.repeat(101), undefined]],
    ['ResultURL', ['https://sql.example/', undefined]],
    ['QueueTimeOutURL', ['', undefined]],
  ])('is refused at once for a wrong %s', async (field, wrong) => {
    for (const value of wrong) {
      expect(await world.payOut('payout-1', { [field]: value })).toEqual(
        refusal(400, '400.002.02', `Bad Request - Invalid ${field}`),
      );
    }
    expect((await world.payOut('payout-1', { Amount: 250_000, CommandID: 'SalaryPayment' })).status).toBe(200);
  });
});
