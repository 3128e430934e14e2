import { type CurrencyCode, currencyExponent, isCurrencyCode, Money } from '../../platform/money/index.js';
import type { ChargeLimits } from '../ports/payment-strategy.js';

/** Stripe counts these in whole units; the ariary too, which ISO 4217 counts in hundredths. */
const withoutDecimals = new Set('BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' '));
/** Counted in thousandths, of which the last must be 0. */
const withThreeDecimals = new Set('BHD JOD KWD OMR TND'.split(' '));

/** The least that Stripe charges, in its own units; counted in the currency that the account settles in. */
const minimums: Readonly<Record<string, number>> = {
  ...{
    USD: 50,
    AED: 200,
    AUD: 50,
    BGN: 100,
    BRL: 50,
    CAD: 50,
    CHF: 50,
    CZK: 1500,
    DKK: 250,
    EUR: 50,
    GBP: 30,
    HKD: 400,
  },
  ...{
    HUF: 17500,
    INR: 50,
    JPY: 50,
    MXN: 1000,
    MYR: 200,
    NOK: 300,
    NZD: 50,
    PLN: 200,
    RON: 200,
    SEK: 300,
    SGD: 50,
    THB: 1000,
  },
  ...{ ARS: 50, COP: 50, IDR: 50, ILS: 50, PHP: 50, RUB: 50, ZAR: 50, KRW: 50 },
};
const MAXIMUM = 99_999_999;
/** More digits than Stripe ever counts with. What says more is no amount: it would be in the books for good. */
const BEYOND = 1e12;

function stripeExponent(currency: string): number {
  if (withoutDecimals.has(currency)) return 0;
  // The króna and the Ugandan shilling too: they have no smaller unit and are sent in hundredths for history's sake.
  return withThreeDecimals.has(currency) ? 3 : 2;
}

/** How many of Stripe's units our minor unit is: as a power of ten, negative where ours is the smaller. */
function shift({ currency }: Pick<Money, 'currency'>): number {
  return stripeExponent(currency) - currencyExponent(currency);
}

/** An amount as Stripe counts it. @throws RangeError for what it cannot express: the quote has rounded to what can be charged. */
export function toStripeAmount(money: Money): number {
  const by = shift(money);
  if (by >= 0) return Number(money.minor * 10n ** BigInt(by));
  const unit = 10n ** BigInt(-by);
  if (money.minor % unit !== 0n) throw new RangeError(`Stripe cannot charge ${money.toString()}`);
  return Number(money.minor / unit);
}

/** @returns undefined for a currency that is none, or no amount */
export function fromStripeAmount(amount: number | null, currency: string | null): Money | undefined {
  const code = currencyOf(currency);
  if (!isAmount(amount) || code === undefined) return undefined;
  const by = shift({ currency: code });
  if (by <= 0) return Money.of(BigInt(amount) * 10n ** BigInt(-by), code);
  const unit = 10n ** BigInt(by);
  // Stripe's own rule: whole units only.
  if (BigInt(amount) % unit !== 0n) return undefined;
  return Money.of(BigInt(amount) / unit, code);
}

/**
 * As `fromStripeAmount`, for what Stripe kept of its own account: of a currency without a smaller unit it may keep a part of one, which is
 * rounded half away from zero to what we count in.
 */
export function nearestFromStripe(amount: number, currency: string): Money | undefined {
  const code = currencyOf(currency);
  if (!isAmount(amount) || code === undefined) return undefined;
  const by = shift({ currency: code });
  return by <= 0 ? fromStripeAmount(amount, currency) : Money.of(amount, code).times(1n, 10n ** BigInt(by));
}

/** Of a body that somebody else wrote: whatever the types say. */
function isAmount(amount: unknown): amount is number {
  return Number.isInteger(amount) && Math.abs(Number(amount)) < BEYOND;
}

function currencyOf(said: unknown): CurrencyCode | undefined {
  const code = typeof said === 'string' ? said.toUpperCase() : undefined;
  return isCurrencyCode(code) ? code : undefined;
}

/** What Stripe can charge in a currency. */
export function stripeLimits(currency: string): ChargeLimits | undefined {
  if (!isCurrencyCode(currency)) return undefined;
  const by = shift({ currency });
  const least = BigInt(minimums[currency] ?? 1);
  const ours = (amount: bigint) => (by <= 0 ? amount * 10n ** BigInt(-by) : amount / 10n ** BigInt(by));
  const step = withThreeDecimals.has(currency) ? 10n : by < 0 ? 10n ** BigInt(-by) : 1n;
  return {
    minimum: Money.of(ours(least) || 1n, currency),
    maximum: Money.of(ours(BigInt(MAXIMUM)), currency),
    step,
  };
}

export function idOf(reference: string | { id: string } | null | undefined): string | undefined {
  return typeof reference === 'string' ? reference : reference?.id;
}
