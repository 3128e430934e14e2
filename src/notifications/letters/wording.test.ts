import { describe, expect, it } from '@jest/globals';
import { inWords, moment, paidWith, refundReason, taxAt } from './wording.js';

describe('amounts', () => {
  it.each([
    [9999n, 'USD', '$99.99'],
    [123_456_789n, 'USD', '$1,234,567.89'],
    [5000n, 'CAD', 'CA$50.00'],
    [500n, 'JPY', '¥500'],
    [1234n, 'KWD', 'KWD 1.234'],
    [150_050n, 'KES', 'KES 1,500.50'],
    // Intl would show the ariary without decimals; providers count it in hundredths.
    [120n, 'MGA', 'MGA 1.20'],
    [0n, 'EUR', '€0.00'],
    // More than a float holds.
    [900_719_925_474_099_301n, 'USD', '$9,007,199,254,740,993.01'],
  ])('%s %s is %s', (minor, currency, words) => {
    expect(inWords(minor, currency)).toBe(words);
  });
});

describe('times', () => {
  const at = new Date('2026-11-21T22:30:00Z');
  it.each([
    ['UTC', '21 November 2026, 22:30 UTC'],
    ['Africa/Nairobi', '22 November 2026, 01:30 GMT+3'],
    ['America/New_York', '21 November 2026, 17:30 GMT-5'],
    ['Asia/Kolkata', '22 November 2026, 04:00 GMT+5:30'],
    ['Nowhere/Never', '21 November 2026, 22:30 UTC'],
  ])('in %s', (zone, words) => {
    expect(moment(at, zone)).toBe(words);
  });

  it('go by the season of their day', () => {
    expect(moment(new Date('2026-07-01T12:00:00Z'), 'America/New_York')).toBe('1 July 2026, 08:00 GMT-4');
  });
});

it.each([
  [190_000, 'DE', null, '19% in Germany'],
  [149_750, 'CA', 'QC', '14.975% in Canada (QC)'],
  [50_000, null, null, '5%'],
  [50_000, '??', null, '5% in ??'],
])('the tax of %s in %s, %s', (rate, country, region, words) => {
  expect(taxAt(rate, country, region)).toBe(words);
});

it('the way to pay is a known card, or the provider', () => {
  expect(paidWith('STRIPE', { brand: 'visa', last4: '4242' })).toBe('Visa ending in 4242');
  expect(paidWith('STRIPE', { brand: null, last4: null })).toBe('Card or account, through Stripe');
  expect(paidWith('WALLET', null)).toBe('Wallet');
});

it("a refund's reason is a person's, or a code in words", () => {
  expect(refundReason('You asked us to')).toBe('You asked us to');
  expect(refundReason('PAID_TWICE')).toBe('It had already been paid');
  expect(refundReason('COURSE_NOT_ON_SALE')).toBe('It could not be applied');
});
