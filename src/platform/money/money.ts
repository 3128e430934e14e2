import { dinero, halfAwayFromZero, multiply, toSnapshot, transformScale } from 'dinero.js/bigint';
import * as iso4217 from 'dinero.js/bigint/currencies';

/** An ISO 4217 code, upper case. */
export type CurrencyCode = keyof typeof iso4217;

/** One hundred per cent, in basis points. */
export const FULL_SHARE = 10_000;

export function isCurrencyCode(value: unknown): value is CurrencyCode {
  return typeof value === 'string' && Object.hasOwn(iso4217, value);
}

/** The library counts the ariary and the ouguiya in fifths; ISO 4217, and every provider with it, in hundredths. */
function decimalCurrency(currency: CurrencyCode): { code: CurrencyCode; base: bigint; exponent: bigint } {
  const { base, exponent } = iso4217[currency];
  return base === 10n ? { code: currency, base, exponent } : { code: currency, base: 10n, exponent: 2n };
}

/** How many decimals the currency's minor unit has: 2 for USD, 0 for JPY, 3 for KWD. */
export function currencyExponent(currency: CurrencyCode): number {
  return Number(decimalCurrency(currency).exponent);
}

/**
 * An amount in the currency's minor unit. Immutable; never a float, never two currencies in one sum.
 * Rounding is half away from zero; a split never loses a unit.
 */
export class Money {
  private constructor(
    readonly minor: bigint,
    readonly currency: CurrencyCode,
  ) {}

  /** @throws RangeError for a currency that ISO 4217 does not list or a number that is not a safe integer. */
  static of(minor: bigint | number, currency: string): Money {
    if (!isCurrencyCode(currency)) throw new RangeError(`unknown currency ${currency}`);
    if (typeof minor === 'number' && !Number.isSafeInteger(minor))
      throw new RangeError(`not an integer amount: ${minor}`);
    return new Money(BigInt(minor), currency);
  }

  static zero(currency: string): Money {
    return Money.of(0n, currency);
  }

  plus(other: Money): Money {
    return new Money(this.minor + this.same(other), this.currency);
  }

  minus(other: Money): Money {
    return new Money(this.minor - this.same(other), this.currency);
  }

  negated(): Money {
    return new Money(-this.minor, this.currency);
  }

  /** The part of this amount given in basis points (7000 = 70 %), rounded half away from zero. */
  share(basisPoints: number): Money {
    const currency = decimalCurrency(this.currency);
    const scaled = multiply(dinero({ amount: this.minor, currency }), { amount: BigInt(basisPoints), scale: 4n });
    const rounded = transformScale(scaled, currency.exponent, halfAwayFromZero);
    return new Money(toSnapshot(rounded).amount, this.currency);
  }

  /** This amount times a fraction, rounded half away from zero: for rates that are not whole basis points. */
  times(numerator: bigint, denominator: bigint): Money {
    if (denominator <= 0n) throw new RangeError('the denominator of a fraction must be more than 0');
    const product = this.minor * numerator;
    const sign = product < 0n ? -1n : 1n;
    // Half a denominator is added before the division cuts off; both are doubled, as an odd one has no half.
    const rounded = (2n * product * sign + denominator) / (2n * denominator);
    return new Money(rounded * sign, this.currency);
  }

  /** Parts in proportion to the weights, by the largest remainder; they always sum to this amount. */
  split(weights: readonly bigint[]): Money[] {
    const total = weights.reduce((sum, weight) => sum + weight, 0n);
    if (weights.some((weight) => weight < 0n) || total <= 0n)
      throw new RangeError('weights must be ≥ 0 and sum to more than 0');
    const sign = this.minor < 0n ? -1n : 1n;
    const whole = this.minor * sign;
    const parts = weights.map((weight, index) => ({
      index,
      floor: (whole * weight) / total,
      rest: (whole * weight) % total,
    }));
    let left = whole - parts.reduce((sum, part) => sum + part.floor, 0n);
    for (const part of parts.toSorted((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1))) {
      if (left === 0n) break;
      part.floor += 1n;
      left -= 1n;
    }
    return parts.map((part) => new Money(part.floor * sign, this.currency));
  }

  equals(other: Money): boolean {
    return this.currency === other.currency && this.minor === other.minor;
  }

  isZero(): boolean {
    return this.minor === 0n;
  }

  isNegative(): boolean {
    return this.minor < 0n;
  }

  /** For people: "49.99 USD", "500 JPY". */
  toString(): string {
    const exponent = currencyExponent(this.currency);
    const digits = (this.minor < 0n ? -this.minor : this.minor).toString().padStart(exponent + 1, '0');
    const text = exponent === 0 ? digits : `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
    return `${this.minor < 0n ? '-' : ''}${text} ${this.currency}`;
  }

  private same(other: Money): bigint {
    if (other.currency !== this.currency) throw new RangeError(`cannot mix ${this.currency} and ${other.currency}`);
    return other.minor;
  }
}

/** An amount as JSON carries it. Anything that a JSON number cannot hold exactly is a defect, not a rounding. */
export function toJsonAmount(minor: bigint): number {
  const amount = Number(minor);
  if (!Number.isSafeInteger(amount)) throw new RangeError(`amount ${minor} does not fit a JSON number`);
  return amount;
}

/**
 * A limit out of a setting such as `USD:50,KES:1000`, which counts in whole units: 10,000 are 1,000,000 cents, 10,000 yen and 10,000,000 fils.
 * @returns undefined where nothing is said of the currency
 */
export function limitOf(limits: readonly string[], code: string): Money | undefined {
  const { currency } = Money.zero(code);
  const own = limits.find((limit) => limit.startsWith(`${currency}:`));
  return own === undefined ? undefined : wholeUnits(BigInt(own.slice(currency.length + 1)), currency);
}

export function wholeUnits(units: bigint, code: string): Money {
  const { currency } = Money.zero(code);
  return Money.of(units * 10n ** BigInt(currencyExponent(currency)), currency);
}
