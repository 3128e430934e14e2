import { Money } from '../../platform/money/index.js';

/**
 * Divides an amount by what lines weigh, by the largest remainder: the parts always sum to it. Lines may be negative, as what an invoice
 * gives credit for, and so are their parts; no part is beyond its line as long as the amount is not beyond their sum.
 * @param lines minor units; their sum is not 0
 */
export function inProportion(amount: Money, lines: readonly bigint[]): Money[] {
  const sum = lines.reduce((total, line) => total + line, 0n);
  if (sum === 0n) throw new RangeError('nothing is in proportion to lines that sum to 0');
  const parts = lines.map((line, index) => ({ index, ...dividedBy(amount.minor * line, sum) }));
  let left = amount.minor - parts.reduce((total, part) => total + part.whole, 0n);
  for (const part of parts.toSorted((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1))) {
    if (left === 0n) break;
    part.whole += 1n;
    left -= 1n;
  }
  return parts.map(({ whole }) => Money.of(whole, amount.currency));
}

/** Rounded down, also below 0, so that the rest is never negative. */
function dividedBy(product: bigint, sum: bigint): { whole: bigint; rest: bigint } {
  const [dividend, divisor] = sum < 0n ? [-product, -sum] : [product, sum];
  const rest = ((dividend % divisor) + divisor) % divisor;
  return { whole: (dividend - rest) / divisor, rest };
}
