import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { currencyExponent, FULL_SHARE, isCurrencyCode, Money, toJsonAmount } from './money.js';

const CURRENCIES = ['JPY', 'USD', 'KWD', 'MRU'];
const amount = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
const currency = fc.constantFrom(...CURRENCIES);

describe('an amount', () => {
  it('is made of a safe integer or a bigint and a currency of ISO 4217', () => {
    expect(Money.of(4999, 'USD')).toMatchObject({ minor: 4999n, currency: 'USD' });
    expect(Money.of(10n ** 30n, 'JPY').minor).toBe(10n ** 30n);
    expect(Money.zero('KWD')).toMatchObject({ minor: 0n, currency: 'KWD' });
  });

  it.each([1.5, Number.NaN, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER + 1])('is not made of %d', (minor) => {
    expect(() => Money.of(minor, 'USD')).toThrow(RangeError);
  });

  it.each(['usd', 'US', 'XXZ', '', 'default', '__proto__', 'constructor'])('is not made in "%s"', (code) => {
    expect(isCurrencyCode(code)).toBe(false);
    expect(() => Money.of(1, code)).toThrow(RangeError);
  });

  it('adds, subtracts and turns its sign', () => {
    expect(Money.of(7, 'USD').plus(Money.of(5, 'USD')).minor).toBe(12n);
    expect(Money.of(7, 'USD').minus(Money.of(9, 'USD')).minor).toBe(-2n);
    expect(Money.of(7, 'USD').negated().minor).toBe(-7n);
  });

  it('is equal only to the same amount in the same currency', () => {
    expect(Money.of(7, 'USD').equals(Money.of(7, 'USD'))).toBe(true);
    expect(Money.of(7, 'USD').equals(Money.of(8, 'USD'))).toBe(false);
    expect(Money.of(7, 'USD').equals(Money.of(7, 'EUR'))).toBe(false);
  });

  it('never mixes currencies', () => {
    expect(() => Money.of(1, 'USD').plus(Money.of(1, 'EUR'))).toThrow('cannot mix USD and EUR');
    expect(() => Money.of(1, 'USD').minus(Money.zero('JPY'))).toThrow('cannot mix USD and JPY');
  });

  it('knows zero and negative', () => {
    expect([Money.zero('USD').isZero(), Money.of(1, 'USD').isZero()]).toEqual([true, false]);
    expect([-1, 0, 1].map((minor) => Money.of(minor, 'USD').isNegative())).toEqual([true, false, false]);
  });

  it.each<[number, string, string]>([
    [4999, 'USD', '49.99 USD'],
    [5, 'USD', '0.05 USD'],
    [0, 'USD', '0.00 USD'],
    [-5, 'USD', '-0.05 USD'],
    [500, 'JPY', '500 JPY'],
    [-500, 'JPY', '-500 JPY'],
    [0, 'JPY', '0 JPY'],
    [12_345, 'KWD', '12.345 KWD'],
    [-1, 'KWD', '-0.001 KWD'],
    [150, 'MRU', '1.50 MRU'],
  ])('%d in %s reads "%s"', (minor, code, text) => {
    expect(Money.of(minor, code).toString()).toBe(text);
  });

  it.each([
    ['JPY', 0],
    ['UGX', 0],
    ['USD', 2],
    ['KES', 2],
    ['KWD', 3],
    // Counted in fifths by their people, in hundredths by ISO 4217 and by every payment provider.
    ['MGA', 2],
    ['MRU', 2],
  ] as const)('in %s has %d decimals', (code, decimals) => {
    expect(currencyExponent(code)).toBe(decimals);
  });
});

describe('a share', () => {
  it.each<[number, number, number]>([
    [9999, 7000, 6999],
    [5, 5000, 3],
    [-5, 5000, -3],
    [15, 5000, 8],
    [-15, 5000, -8],
    [1, 4999, 0],
    [-1, 4999, 0],
    [1, 5000, 1],
    [-1, 5000, -1],
    [101, 7000, 71],
    [-101, 7000, -71],
    [9999, 0, 0],
    [0, 7000, 0],
    [100, 12_500, 125],
  ])('of %d at %d basis points is %d: half away from zero', (minor, basisPoints, expected) => {
    for (const code of CURRENCIES) expect(Money.of(minor, code).share(basisPoints).minor).toBe(BigInt(expected));
  });

  it('of the whole is the whole, in every currency there is', () => {
    const codes = Intl.supportedValuesOf('currency').filter(isCurrencyCode);
    expect(codes.length).toBeGreaterThan(140);
    for (const code of codes)
      expect(Money.of(123_457, code).share(FULL_SHARE).equals(Money.of(123_457, code))).toBe(true);
  });

  it('is the exact product, rounded half away from zero', () => {
    fc.assert(
      fc.property(amount, currency, fc.integer({ min: 0, max: FULL_SHARE }), (minor, code, basisPoints) => {
        const product = (minor < 0n ? -minor : minor) * BigInt(basisPoints);
        const rounded = (product + 5000n) / 10_000n;
        expect(Money.of(minor, code).share(basisPoints).minor).toBe(minor < 0n ? -rounded : rounded);
      }),
    );
  });
});

describe('a split', () => {
  it.each<[number, number[], number[]]>([
    [100, [1, 1, 1], [34, 33, 33]],
    [-100, [1, 1, 1], [-34, -33, -33]],
    [101, [1, 1], [51, 50]],
    [10, [1, 2, 3], [2, 3, 5]],
    [7, [0, 1, 0], [0, 7, 0]],
    [1, [1, 3], [0, 1]],
    [2, [1, 1, 1], [1, 1, 0]],
    [0, [1, 2], [0, 0]],
    [9999, [7000, 3000], [6999, 3000]],
  ])('of %d by %j is %j: the largest remainder first, the earlier one among equals', (minor, weights, parts) => {
    for (const code of CURRENCIES) {
      const split = Money.of(minor, code).split(weights.map(BigInt));
      expect(split.map((part) => [Number(part.minor), part.currency])).toEqual(parts.map((part) => [part, code]));
    }
  });

  it.each([[[]], [[0n, 0n]], [[1n, -1n]], [[2n, -1n]]])('by %p makes no sense', (weights) => {
    expect(() => Money.of(1, 'USD').split(weights)).toThrow(RangeError);
  });

  const weights = fc
    .array(fc.bigInt({ min: 0n, max: 10n ** 9n }), { minLength: 1, maxLength: 20 })
    .filter((list) => list.some((weight) => weight > 0n));

  it('loses nothing: the parts sum to the whole, each within one unit of its due', () => {
    fc.assert(
      fc.property(amount, currency, weights, (minor, code, list) => {
        const parts = Money.of(minor, code).split(list);
        const sum = list.reduce((a, b) => a + b);
        expect(parts.reduce((a, b) => a.plus(b)).minor).toBe(minor);
        parts.forEach((part, index) => {
          const off = part.minor * sum - minor * list[index]!;
          expect(off < 0n ? -off : off).toBeLessThan(sum);
        });
      }),
    );
  });

  it('is stable: who weighs the same and comes earlier never gets less, and a negative whole mirrors its positive', () => {
    fc.assert(
      fc.property(amount, weights, (minor, list) => {
        const parts = Money.of(minor, 'USD').split([...list, ...list]);
        const size = (index: number) => parts[index]!.minor * (minor < 0n ? -1n : 1n);
        list.forEach((_, index) => expect(size(index)).toBeGreaterThanOrEqual(size(index + list.length)));
        const mirrored = Money.of(-minor, 'USD').split([...list, ...list]);
        expect(mirrored.map((part) => part.negated().minor)).toEqual(parts.map((part) => part.minor));
      }),
    );
  });
});

describe('an amount as JSON', () => {
  it.each([0n, 9999n, -9999n, BigInt(Number.MAX_SAFE_INTEGER), BigInt(Number.MIN_SAFE_INTEGER)])(
    '%p is exact',
    (minor) => {
      expect(BigInt(toJsonAmount(minor))).toBe(minor);
    },
  );

  it.each([BigInt(Number.MAX_SAFE_INTEGER) + 1n, BigInt(Number.MIN_SAFE_INTEGER) - 1n])('%p is refused', (minor) => {
    expect(() => toJsonAmount(minor)).toThrow(RangeError);
  });
});
