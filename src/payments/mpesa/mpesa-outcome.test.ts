import { describe, expect, it } from '@jest/globals';
import { Money } from '../../platform/money/index.js';
import { outcomeOf } from './mpesa-outcome.js';

/* The shapes in which M-Pesa tells of outcomes, with the numbers of nobody. */

const kes = (cents: bigint) => Money.of(cents, 'KES');
const callback = (told: object) =>
  outcomeOf(
    JSON.stringify({
      Body: { stkCallback: { MerchantRequestID: '11111-22222222-1', CheckoutRequestID: 'ws_CO_1', ...told } },
    }),
  );
const result = (told: object) =>
  outcomeOf(
    JSON.stringify({
      Result: { ResultType: 0, OriginatorConversationID: 'aaaa-bbbb-1', ConversationID: 'AG_20260101_1', ...told },
    }),
  );
const push = { of: 'push', handle: 'ws_CO_1', origin: '11111-22222222-1' };
const request = { of: 'request', handle: 'AG_20260101_1', origin: 'aaaa-bbbb-1' };

describe('of a push', () => {
  it('a success: items by their names, a balance without a value, numbers as numbers', () => {
    const Item = [
      { Name: 'Amount', Value: 1.0 },
      { Name: 'MpesaReceiptNumber', Value: 'UAA1AAAAAA' },
      { Name: 'Balance' },
      { Name: 'TransactionDate', Value: 20260101102115 },
      { Name: 'PhoneNumber', Value: 254700000000 },
    ];
    for (const items of [Item, Item.toReversed(), Item.filter(({ Name }) => Name !== 'Balance')]) {
      const told = callback({ ResultCode: 0, ResultDesc: 'Done.', CallbackMetadata: { Item: items } });
      expect(told).toMatchObject({ ...push, code: '0', text: 'Done.', receipt: 'UAA1AAAAAA' });
      expect(told!.amount).toEqual(kes(100n));
      expect(told!.values.get('PhoneNumber')).toBe(254700000000);
    }
  });

  it.each([
    [1032, '1032', 'Request cancelled by user'],
    [1037, '1037', 'No response from user.'],
    [1019, '1019', 'Transaction has expired'],
    ['1032', '1032', 'Request cancelled by user'],
    ['SFC_IC0003', 'SFC_IC0003', 'The operator does not exist.'],
  ])('a failure (%j) has no metadata at all', (ResultCode, code, ResultDesc) => {
    const told = callback({ ResultCode, ResultDesc });
    expect(told).toMatchObject({ ...push, code, text: ResultDesc, amount: undefined, receipt: undefined });
    expect(told!.values.size).toBe(0);
  });

  it.each([
    [1, 100n],
    [1.0, 100n],
    ['1', 100n],
    ['1.00', 100n],
    ['300', 30_000n],
    [2500, 250_000n],
    [250_000, 25_000_000n],
    [12.5, 1_250n],
    [0, 0n],
    [-1, -100n],
  ])('an amount of %j is %d cents', (Value, cents) => {
    const told = callback({ ResultCode: 0, CallbackMetadata: { Item: [{ Name: 'Amount', Value }] } });
    expect(told!.amount).toEqual(kes(cents));
  });

  it.each([undefined, null, '', 'much', '1,000', '1 000', {}, [], [1], true, 0.001, 1e300, 'Infinity', 'NaN'])(
    'an amount of %j is none',
    (Value) => {
      const told = callback({ ResultCode: 0, CallbackMetadata: { Item: [{ Name: 'Amount', Value }] } });
      expect(told).toMatchObject({ code: '0', amount: undefined });
    },
  );

  it.each([
    null,
    [],
    {},
    'none',
    { Item: null },
    { Item: {} },
    { Item: [null, 5, 'x', {}, { Name: null }, { Name: {} }] },
  ])('metadata of %j hold nothing', (CallbackMetadata) => {
    const told = callback({ ResultCode: 0, CallbackMetadata });
    expect([told!.amount, told!.receipt, told!.values.size]).toEqual([undefined, undefined, 0]);
  });

  it('a single item need not come in a list', () => {
    const told = callback({ ResultCode: 0, CallbackMetadata: { Item: { Name: 'Amount', Value: 7 } } });
    expect(told!.amount).toEqual(kes(700n));
  });
});

describe('of anything else', () => {
  it('a payout', () => {
    const ResultParameter = [
      { Key: 'TransactionAmount', Value: 10 },
      { Key: 'TransactionReceipt', Value: 'UAA2AAAAAA' },
      { Key: 'ReceiverPartyPublicName', Value: '254700000000 - Nobody' },
      { Key: 'B2CUtilityAccountAvailableFunds', Value: 8959.6 },
    ];
    const ReferenceData = { ReferenceItem: { Key: 'QueueTimeoutURL', Value: 'https://results.internal.example/' } };
    const told = result({
      ResultCode: 0,
      TransactionID: 'UAA2AAAAAA',
      ResultParameters: { ResultParameter },
      ReferenceData,
    });
    expect(told).toMatchObject({ ...request, code: '0', receipt: 'UAA2AAAAAA' });
    expect(told!.amount).toEqual(kes(1000n));
  });

  it('a reversal: its own receipt, and the payment’s beside it', () => {
    const ResultParameter = [
      { Key: 'Amount', Value: 1.0 },
      { Key: 'TransCompletedTime', Value: 20260101132711 },
      { Key: 'OriginalTransactionID', Value: 'UAA1AAAAAA' },
      { Key: 'Charge', Value: 0.0 },
    ];
    const told = result({ ResultCode: 0, TransactionID: 'UAA3AAAAAA', ResultParameters: { ResultParameter } });
    expect(told).toMatchObject({ ...request, code: '0', receipt: 'UAA3AAAAAA' });
    expect([told!.amount, told!.values.get('OriginalTransactionID')]).toEqual([kes(100n), 'UAA1AAAAAA']);
  });

  it('a question: a name twice, of which the first counts, keys without a value, the amount as a text', () => {
    const ResultParameter = [
      { Key: 'DebitPartyName', Value: 'first' },
      { Key: 'DebitPartyName', Value: 'second' },
      { Key: 'TransactionReason' },
      { Key: 'TransactionStatus', Value: 'Completed' },
      { Key: 'Amount', Value: '300' },
    ];
    const ReferenceData = { ReferenceItem: { Key: 'Occasion' } };
    const told = result({
      ResultCode: '0',
      TransactionID: 'UAA0000000',
      ResultParameters: { ResultParameter },
      ReferenceData,
    });
    expect(told).toMatchObject({ ...request, code: '0' });
    expect([told!.amount, told!.values.get('DebitPartyName'), told!.values.get('TransactionReason')]).toEqual([
      kes(30_000n),
      'first',
      undefined,
    ]);
  });

  it.each([
    [2001, '2001'],
    [8006, '8006'],
    ['R000001', 'R000001'],
    ['R000002', 'R000002'],
  ])('a failure (%j) has no parameters', (ResultCode, code) => {
    const told = result({ ResultCode, ResultDesc: 'No.', TransactionID: 'UAA0000000' });
    expect(told).toMatchObject({ ...request, code, text: 'No.', amount: undefined });
  });
});

it.each([
  ...['', ' ', 'null', '0', '"x"', '[]', '{}', '{', 'ResultCode=0'],
  ...['{"Body":null}', '{"Body":[]}', '{"Body":{"stkCallback":null}}', '{"Body":{"stkCallback":{}}}'],
  ...['{"Result":null}', '{"Result":[]}', '{"Result":{}}', '{"Result":{"ResultCode":0}}'],
  '{"Body":{"stkCallback":{"MerchantRequestID":"a","CheckoutRequestID":"b"}}}',
  '{"Body":{"stkCallback":{"MerchantRequestID":"a","CheckoutRequestID":"b","ResultCode":null}}}',
  '{"Body":{"stkCallback":{"MerchantRequestID":"a","CheckoutRequestID":"b","ResultCode":{}}}}',
  '{"Body":{"stkCallback":{"MerchantRequestID":null,"CheckoutRequestID":"b","ResultCode":0}}}',
  '{"Body":{"stkCallback":{"MerchantRequestID":"a","CheckoutRequestID":["b"],"ResultCode":0}}}',
  '{"Result":{"OriginatorConversationID":"a","ConversationID":"","ResultCode":0}}',
])('%s is no outcome', (body) => {
  expect(outcomeOf(body)).toBeUndefined();
});
