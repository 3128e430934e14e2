import { type Money, toJsonAmount } from '../../platform/money/index.js';
import type { BundledCourse } from './find-bundle.js';

/**
 * What each course of a bundle weighs: its own price in the currency that is paid in, else in the bundle's default one; in the first of the
 * two in which all of them have one. Prices of different currencies cannot be compared: where neither will do, they weigh the same.
 */
export function weigh(courses: readonly BundledCourse[], currencies: readonly string[]): number[] {
  for (const currency of currencies) {
    const prices = courses.map((course) => priceOf(course, currency));
    if (prices.every((price) => price !== undefined)) return prices.map(({ minor }) => toJsonAmount(minor));
  }
  return courses.map(() => 1);
}

function priceOf({ prices }: BundledCourse, currency: string): Money | undefined {
  return prices.find((price) => price.currency === currency);
}
