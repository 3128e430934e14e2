import { describe, expect, it } from '@jest/globals';
import { Money } from '../../platform/money/index.js';
import type { Coupon } from '../coupon.js';
import { type CouponRequest, discountOn, judgeCoupon } from './judge-coupon.js';

/* What a coupon's own terms say, without a database. */

const now = new Date('2026-11-21T10:00:00Z');
const plain: Coupon = {
  id: 'cpn_test',
  code: 'TEST',
  name: 'Test',
  description: '',
  discountType: 'PERCENTAGE',
  discountValue: 1000n,
  currency: null,
  maxUses: null,
  maxUsesPerUser: null,
  currentUses: 0,
  isActive: true,
  isPublic: false,
  validFrom: null,
  validUntil: null,
  minimumAmount: null,
  maximumDiscount: null,
  applicableCourses: [],
  applicableKinds: [],
  firstPurchaseOnly: false,
  returnOnRefund: false,
  createdAt: now,
  updatedAt: now,
};
const percent = (basisPoints: bigint, terms: Partial<Coupon> = {}): Coupon => ({
  ...plain,
  ...terms,
  discountValue: basisPoints,
});
const fixed = (minor: bigint, currency: string, terms: Partial<Coupon> = {}): Coupon => ({
  ...plain,
  discountType: 'FIXED_AMOUNT',
  currency,
  ...terms,
  discountValue: minor,
});
const off = (coupon: Coupon, minor: bigint, currency = 'USD') =>
  discountOn(coupon, Money.of(minor, currency)).toString();

describe('the discount', () => {
  it.each<[bigint, bigint, string, string]>([
    [1000n, 9999n, 'USD', '10.00 USD'],
    [1000n, 9994n, 'USD', '9.99 USD'],
    [1000n, 9995n, 'USD', '10.00 USD'],
    [3333n, 100n, 'USD', '0.33 USD'],
    [1n, 5000n, 'USD', '0.01 USD'],
    [1n, 4999n, 'USD', '0.00 USD'],
    [1250n, 4n, 'USD', '0.01 USD'],
    [1250n, 999n, 'JPY', '125 JPY'],
    [1000n, 5n, 'JPY', '1 JPY'],
    [1000n, 4n, 'JPY', '0 JPY'],
    [1250n, 12_345n, 'KWD', '1.543 KWD'],
    [10_000n, 9999n, 'USD', '99.99 USD'],
    [10_000n, 1n, 'JPY', '1 JPY'],
    [9999n, 900_719_925_474_099_100n, 'USD', '9006298534815516.90 USD'],
  ])('of %s basis points on %s %s is %s', (basisPoints, price, currency, expected) => {
    expect(off(percent(basisPoints), price, currency)).toBe(expected);
  });

  it('is never more than the cap', () => {
    const capped = percent(5000n, { maximumDiscount: 1000n, currency: 'USD' });
    expect(off(capped, 1999n)).toBe('10.00 USD');
    expect(off(capped, 1998n)).toBe('9.99 USD');
    expect(off(capped, 1_000_000n)).toBe('10.00 USD');
    expect(off(fixed(2000n, 'USD', { maximumDiscount: 1500n }), 9999n)).toBe('15.00 USD');
  });

  it('of a fixed amount is that amount, and never more than the price', () => {
    expect(off(fixed(1000n, 'USD'), 1001n)).toBe('10.00 USD');
    expect(off(fixed(1000n, 'USD'), 1000n)).toBe('10.00 USD');
    expect(off(fixed(1000n, 'USD'), 999n)).toBe('9.99 USD');
    expect(off(fixed(500n, 'JPY'), 300n, 'JPY')).toBe('300 JPY');
    expect(off(fixed(500n, 'JPY'), 0n, 'JPY')).toBe('0 JPY');
  });
});

const request: CouponRequest = {
  code: 'test',
  userId: 'usr_test',
  itemKind: 'course',
  itemId: 'crs_one',
  price: Money.of(5000, 'USD'),
  firstPurchase: false,
};
const judged = (terms: Partial<Coupon>, asked: Partial<CouponRequest> = {}) => {
  const judgement = judgeCoupon({ ...plain, ...terms }, { ...request, ...asked }, now);
  return judgement.valid ? judgement.discount.toString() : [judgement.problem.code, judgement.message];
};
const invalid = 'Invalid or inactive coupon';
const at = (text: string) => new Date(text);

describe('the terms', () => {
  it.each<[string, Partial<Coupon>, Partial<CouponRequest>, unknown]>([
    ['nothing in its way', {}, {}, '5.00 USD'],
    ['inactive', { isActive: false }, {}, ['COUPON_INVALID', invalid]],
    ['from this very moment', { validFrom: now }, {}, '5.00 USD'],
    ['from a moment later', { validFrom: at('2026-11-21T10:00:00.001Z') }, {}, ['COUPON_NOT_YET_VALID', invalid]],
    ['until a moment later', { validUntil: at('2026-11-21T10:00:00.001Z') }, {}, '5.00 USD'],
    ['until this very moment', { validUntil: now }, {}, ['COUPON_EXPIRED', invalid]],
    ['for this course', { applicableCourses: ['crs_two', 'crs_one'] }, {}, '5.00 USD'],
    [
      'for another course',
      { applicableCourses: ['crs_two'] },
      {},
      ['COUPON_NOT_APPLICABLE', 'Coupon not applicable to this course'],
    ],
    [
      'for another course, by a kind that is listed',
      { applicableCourses: ['crs_two'], applicableKinds: ['course'] },
      {},
      ['COUPON_NOT_APPLICABLE', 'Coupon not applicable to this course'],
    ],
    ['for this kind', { applicableKinds: ['course'] }, {}, '5.00 USD'],
    [
      'for another kind',
      { applicableKinds: ['bundle'] },
      {},
      ['COUPON_NOT_APPLICABLE', 'Coupon not applicable to this course'],
    ],
    ['a bundle by its kind', { applicableKinds: ['bundle'] }, { itemKind: 'bundle' }, '5.00 USD'],
    ['a bundle beside a course', { applicableCourses: ['crs_one'], applicableKinds: ['bundle'] }, {}, '5.00 USD'],
    [
      'a bundle when only courses are listed',
      { applicableCourses: ['crs_one'] },
      { itemKind: 'bundle', itemId: 'crs_one' },
      ['COUPON_NOT_APPLICABLE', 'Coupon not applicable to this purchase'],
    ],
    ['a bundle when nothing is listed', {}, { itemKind: 'bundle' }, '5.00 USD'],
    [
      'a wallet top-up, whatever is listed',
      { applicableKinds: ['wallet-topup'] },
      { itemKind: 'wallet-topup' },
      ['COUPON_NOT_APPLICABLE', 'Coupon not applicable to this purchase'],
    ],
    ['its own currency', { currency: 'USD' }, {}, '5.00 USD'],
    ['another currency', { currency: 'EUR' }, {}, ['COUPON_CURRENCY', 'Only applicable to prices in EUR']],
    ['exactly the minimum', { currency: 'USD', minimumAmount: 5000n }, {}, '5.00 USD'],
    [
      'less than the minimum',
      { currency: 'USD', minimumAmount: 5000n },
      { price: Money.of(4999, 'USD') },
      ['COUPON_MINIMUM_AMOUNT', 'Minimum amount required: 50.00 USD'],
    ],
    [
      'less than the minimum, in a currency without decimals',
      { currency: 'JPY', minimumAmount: 5000n },
      { price: Money.of(4999, 'JPY') },
      ['COUPON_MINIMUM_AMOUNT', 'Minimum amount required: 5000 JPY'],
    ],
    [
      'less than the minimum, in a currency with three',
      { currency: 'KWD', minimumAmount: 5000n },
      { price: Money.of(4999, 'KWD') },
      ['COUPON_MINIMUM_AMOUNT', 'Minimum amount required: 5.000 KWD'],
    ],
    ['a first purchase', { firstPurchaseOnly: true }, { firstPurchase: true }, '5.00 USD'],
    [
      'a later purchase',
      { firstPurchaseOnly: true },
      {},
      ['COUPON_FIRST_PURCHASE_ONLY', 'Coupon only applicable to a first purchase'],
    ],
    [
      'too little to take anything off',
      { discountValue: 1n },
      { price: Money.of(49, 'USD') },
      ['COUPON_NO_DISCOUNT', 'Coupon takes nothing off this price'],
    ],
  ])('%s', (_what, terms, asked, expected) => {
    expect(judged(terms, asked)).toEqual(expected);
  });
});
