import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FULL_SHARE, Money } from './money.js';

const amount = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
const denominator = fc.bigInt({ min: 1n, max: 10n ** 7n });

describe('an amount times a fraction', () => {
  it.each<[number, bigint, bigint, number]>([
    [9999, 149_750n, 1_000_000n, 1497],
    [10_000, 149_750n, 1_000_000n, 1498],
    [1, 1n, 2n, 1],
    [-1, 1n, 2n, -1],
    [1, -1n, 2n, -1],
    [-1, -1n, 2n, 1],
    [3, 1n, 2n, 2],
    [-3, 1n, 2n, -2],
    [1, 1n, 3n, 0],
    [-1, 1n, 3n, 0],
    [2, 1n, 3n, 1],
    [5, 3n, 10n, 2],
    [11_900, 190_000n, 1_190_000n, 1900],
    [100, 5n, 4n, 125],
    [100, 0n, 7n, 0],
    [0, 7n, 9n, 0],
  ])('%d × %d/%d is %d: half away from zero', (minor, numerator, over, expected) => {
    for (const code of ['JPY', 'USD', 'KWD', 'MRU']) {
      expect(Money.of(minor, code).times(numerator, over)).toMatchObject({ minor: BigInt(expected), currency: code });
    }
  });

  it.each([0n, -1n])('is not over %d', (over) => {
    expect(() => Money.of(1, 'USD').times(1n, over)).toThrow(RangeError);
  });

  it('is exact where numbers are not', () => {
    expect(Money.of(10n ** 30n + 5n, 'USD').times(1n, 10n).minor).toBe(10n ** 29n + 1n);
  });

  it('is off by at most half a unit, and where by half then away from zero', () => {
    fc.assert(
      fc.property(amount, fc.bigInt({ min: -(10n ** 7n), max: 10n ** 7n }), denominator, (minor, numerator, over) => {
        const exact = minor * numerator;
        const off = Money.of(minor, 'USD').times(numerator, over).minor * over - exact;
        const doubled = 2n * (off < 0n ? -off : off);
        expect(doubled).toBeLessThanOrEqual(over);
        if (doubled === over) expect(off > 0n).toBe(exact > 0n);
      }),
    );
  });

  it('over ten thousand is a share', () => {
    fc.assert(
      fc.property(amount, fc.integer({ min: 0, max: 2 * FULL_SHARE }), (minor, basisPoints) => {
        const whole = Money.of(minor, 'USD');
        expect(whole.times(BigInt(basisPoints), BigInt(FULL_SHARE)).minor).toBe(whole.share(basisPoints).minor);
      }),
    );
  });
});
