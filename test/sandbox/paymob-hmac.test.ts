import { expect, it } from '@jest/globals';
import { hmacOf, signedValues, type SignedTransaction } from '../../src/sandbox/paymob/hmac.js';

/** The twenty signed values of the sample on Paymob's page about callbacks. */
const official: SignedTransaction = {
  amount_cents: 100_000,
  created_at: '2024-06-13T11:33:44.592345',
  currency: 'EGP',
  error_occured: false,
  has_parent_transaction: false,
  id: 192_036_465,
  integration_id: 4_097_558,
  is_3d_secure: true,
  is_auth: false,
  is_capture: false,
  is_refunded: false,
  is_standalone_payment: true,
  is_voided: false,
  order: { id: 217_503_754 },
  owner: 302_852,
  pending: false,
  source_data: { pan: '2346', sub_type: 'MasterCard', type: 'card' },
  success: true,
};

/** Those of an independent emulator. */
const emulated: SignedTransaction = {
  amount_cents: 10_000,
  created_at: '2026-08-14T12:00:00.000000',
  currency: 'EGP',
  error_occured: false,
  has_parent_transaction: false,
  id: 900_001,
  integration_id: 1001,
  is_3d_secure: false,
  is_auth: false,
  is_capture: false,
  is_refunded: false,
  is_standalone_payment: true,
  is_voided: false,
  order: { id: 700_001 },
  owner: 500_001,
  pending: false,
  source_data: { pan: '0010', sub_type: 'Visa', type: 'card' },
  success: true,
};

it.each([
  [
    'the official sample',
    official,
    '04DC1A9490B8CC2094C011FC055ADCDB',
    'fa8ac0b7f3852e60c50e7fdd4ea5ef0bda96030c19dea1d55df8c76d6c08ab1877774662cbb04981dc84839ad4da560bcc8cb53b8973548657f7e8f8d2e79930',
  ],
  [
    'another implementation',
    emulated,
    'sim_hmac_secret',
    '033e0bca25918ecf037674c6f9e3ed1c11ba969f16b647f39cf0c404bdcf6db767e0fbe9dc8a523cbc8d19e459c3843222d167201f4705657002eb3671f2619b',
  ],
  [
    'its decline',
    { ...emulated, success: false, error_occured: true },
    'sim_hmac_secret',
    '3a2ddb6a531a6e457b0ad2a8bb0d535fc87ffc97d9f8180b3037a2635c0ce380a77c8d4f9cd2840374ffd3e4c1103a75ff293b28b3643caaaf9a6f6891fb1ddc',
  ],
  [
    'its pending one',
    { ...emulated, success: false, pending: true },
    'sim_hmac_secret',
    '1f8f22b11fd177b0bdbd8052e0aafce007ebe4486252daf04be26f9fe2c1de68e22f169d4e934313c372eae8690df341c8e25677cc1a6906ac4613bb0059fda4',
  ],
])('signs as in %s', (_, transaction, secret, hmac) => {
  expect(hmacOf(signedValues(transaction), secret)).toBe(hmac);
});

it('takes null for nothing, and nothing else for the same', () => {
  const withPan = (pan: string | null) =>
    hmacOf(signedValues({ ...official, source_data: { ...official.source_data, pan } }), 'secret');
  expect(withPan(null)).toBe(withPan(''));
  expect(withPan(null)).not.toBe(withPan('null'));
});
