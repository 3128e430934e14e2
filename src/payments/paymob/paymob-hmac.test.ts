import { describe, expect, it } from '@jest/globals';
import { isSigned, signedText } from './paymob-hmac.js';

/** The values that Paymob's own documentation signs; the secret is the one that it goes with. */
const official = {
  secret: '04DC1A9490B8CC2094C011FC055ADCDB',
  hmac: 'fa8ac0b7f3852e60c50e7fdd4ea5ef0bda96030c19dea1d55df8c76d6c08ab1877774662cbb04981dc84839ad4da560bcc8cb53b8973548657f7e8f8d2e79930',
  text: '1000002024-06-13T11:33:44.592345EGPfalsefalse1920364654097558truefalsefalsefalsetruefalse217503754302852false2346MasterCardcardtrue',
  obj: {
    ...{ amount_cents: 100_000, created_at: '2024-06-13T11:33:44.592345', currency: 'EGP', error_occured: false },
    ...{ has_parent_transaction: false, id: 192_036_465, integration_id: 4_097_558, is_3d_secure: true },
    ...{ is_auth: false, is_capture: false, is_refunded: false, is_standalone_payment: true, is_voided: false },
    ...{ order: { id: 217_503_754 }, owner: 302_852, pending: false, success: true },
    source_data: { pan: '2346', sub_type: 'MasterCard', type: 'card' },
  },
};

/** One that others have published, and how it stands when it is declined and pending. */
const published = {
  secret: 'sim_hmac_secret',
  obj: {
    ...{ amount_cents: 10_000, created_at: '2026-08-14T12:00:00.000000', currency: 'EGP', error_occured: false },
    ...{ has_parent_transaction: false, id: 900_001, integration_id: 1001, is_3d_secure: false },
    ...{ is_auth: false, is_capture: false, is_refunded: false, is_standalone_payment: true, is_voided: false },
    ...{ order: { id: 700_001 }, owner: 500_001, pending: false, success: true },
    source_data: { pan: '0010', sub_type: 'Visa', type: 'card' },
  },
};

const signed = (obj: Record<string, unknown>, hmac: unknown, ...secrets: string[]) => {
  const text = signedText('TRANSACTION', obj);
  return text !== undefined && isSigned(text, hmac, secrets);
};

describe('the signature of a transaction', () => {
  it("is that of Paymob's own example", () => {
    expect(signedText('TRANSACTION', official.obj)).toBe(official.text);
    expect(signed(official.obj, official.hmac, official.secret)).toBe(true);
    expect(signed(official.obj, official.hmac.toUpperCase(), 'another', official.secret)).toBe(true);
    expect(signed(official.obj, official.hmac, 'another')).toBe(false);
    expect(signed(official.obj, official.hmac)).toBe(false);
  });

  it.each([
    [
      {},
      '033e0bca25918ecf037674c6f9e3ed1c11ba969f16b647f39cf0c404bdcf6db767e0fbe9dc8a523cbc8d19e459c3843222d167201f4705657002eb3671f2619b',
    ],
    [
      { success: false, error_occured: true },
      '3a2ddb6a531a6e457b0ad2a8bb0d535fc87ffc97d9f8180b3037a2635c0ce380a77c8d4f9cd2840374ffd3e4c1103a75ff293b28b3643caaaf9a6f6891fb1ddc',
    ],
    [
      { success: false, pending: true },
      '1f8f22b11fd177b0bdbd8052e0aafce007ebe4486252daf04be26f9fe2c1de68e22f169d4e934313c372eae8690df341c8e25677cc1a6906ac4613bb0059fda4',
    ],
  ])('is the published one with %j', (changes, hmac) => {
    expect(signed({ ...published.obj, ...changes }, hmac, published.secret)).toBe(true);
  });

  it('is the same when the order is its id alone, and when numbers and flags are texts', () => {
    const { obj, text } = official;
    expect(signedText('TRANSACTION', { ...obj, order: 217_503_754 })).toBe(text);
    const texts = { id: '192036465', success: 'true', pending: 'false', amount_cents: '100000' };
    expect(signedText('TRANSACTION', { ...obj, ...texts })).toBe(text);
  });

  it('takes null for nothing where a kiosk or a wallet has none', () => {
    const kiosk = { ...official.obj, source_data: { pan: null, sub_type: 'AGGREGATOR', type: 'aggregator' } };
    expect(signedText('TRANSACTION', kiosk)).toBe(official.text.replace('2346MasterCardcard', 'AGGREGATORaggregator'));
    expect(signedText('TRANSACTION', { ...official.obj, owner: null, source_data: null })).toBe(
      official.text.replace('302852', '').replace('2346MasterCardcard', ''),
    );
  });

  it.each([
    // Each of these makes the same text of other values.
    { amount_cents: 1_000_002, created_at: '024-06-13T11:33:44.592345' },
    { amount_cents: 1000, created_at: '002024-06-13T11:33:44.592345' },
    { amount_cents: '100000', created_at: '2024-06-13T11:33:44.592345E', currency: 'GP' },
    { error_occured: 'falsefalse', has_parent_transaction: '' },
    { is_refunded: null, is_voided: 'falsefalse' },
    // And these are no values of a transaction at all.
    { amount_cents: '0100000' },
    { amount_cents: -100_000 },
    { amount_cents: null },
    { id: { id: 192_036_465 } },
    { success: [true] },
    { success: 'True' },
    { currency: 'egp' },
    { order: {} },
    { order: null },
    { created_at: 'yesterday' },
    { source_data: { pan: {}, sub_type: 'MasterCard', type: 'card' } },
  ])('is not of what has another form: %j', (changes) => {
    expect(signedText('TRANSACTION', { ...official.obj, ...changes })).toBeUndefined();
  });

  it.each([undefined, null, '', 'fa8ac0', [official.hmac], `${official.hmac}00`, official.hmac.replace('f', 'g'), 7])(
    'is never %j',
    (hmac) => {
      expect(signed(official.obj, hmac, official.secret)).toBe(false);
    },
  );

  it.each(Object.keys(official.obj))('covers %s', (field) => {
    const others: Record<string, unknown> = {
      ...{
        amount_cents: 100_001,
        created_at: '2024-06-13T11:33:44.592346',
        currency: 'SAR',
        order: { id: 217_503_755 },
      },
      ...{ id: 192_036_466, integration_id: 4_097_559, owner: 302_853 },
      source_data: { pan: '2347', sub_type: 'MasterCard', type: 'card' },
    };
    const value: unknown = Object.entries(official.obj).find(([name]) => name === field)?.[1];
    const changed = { ...official.obj, [field]: others[field] ?? value === false };
    expect(signedText('TRANSACTION', changed)).not.toBe(undefined);
    expect(signed(changed, official.hmac, official.secret)).toBe(false);
  });
});

describe('the signature of a card that was kept', () => {
  const token = {
    ...{ id: 800_001, token: 'tok_sim_01J5A7V8M8QK6R2D1N4B9C3E5F', masked_pan: 'xxxx-xxxx-xxxx-0010' },
    ...{ merchant_id: 500_001, card_subtype: 'Visa', created_at: '2026-08-14T12:00:00.000000' },
    ...{ email: 'test@example.com', order_id: '700001', user_added: false },
  };
  const hmac =
    '9492bf9da9bf2d3f31ffca5a1d6cbb08f01c8149a010edac20a96bd3d2b56e933a63ad3b53d4bafdfb92d4ba6a5b4a8713461c5e7b5b3a628351196da6476c32';

  it('has fields of its own', () => {
    const text = signedText('TOKEN', token);
    expect(isSigned(text!, hmac, ['sim_hmac_secret'])).toBe(true);
    expect(isSigned(signedText('TOKEN', { ...token, email: 'a@example.com' })!, hmac, ['sim_hmac_secret'])).toBe(false);
  });

  it('is all that is signed besides transactions', () => {
    for (const type of ['SUBSCRIPTION', 'transaction', undefined, 5])
      expect(signedText(type, official.obj)).toBeUndefined();
  });
});
