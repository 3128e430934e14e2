import { PaymentProblems } from '../payments/index.js';
import { DomainError } from '../platform/errors/index.js';
import type { Money } from '../platform/money/index.js';

/**
 * What something costs in a currency, or by default.
 * @param prices the default one first
 * @throws PaymentProblems.currencyNotOffered
 */
export function priceIn(prices: readonly Money[], currency?: string): Money {
  const price = currency === undefined ? prices[0] : prices.find((one) => one.currency === currency);
  if (price) return price;
  const offered = prices.map((one) => one.currency).join(', ');
  throw new DomainError(PaymentProblems.currencyNotOffered, `Sold in: ${offered}`);
}
