import { expect, it } from '@jest/globals';
import { Money } from '../../platform/money/index.js';
import { weigh } from './weigh-courses.js';

const course = (prices: Record<string, number>) => ({
  ...{ id: 'crs_1', title: 'Swahili', instructorId: 'usr_1', shareBasisPoints: 7000 },
  prices: Object.entries(prices).map(([currency, amount]) => Money.of(amount, currency)),
});

it.each<[string, Record<string, number>[], string[], number[]]>([
  ['by their prices in the currency that is paid in', [{ USD: 10, EUR: 3 }, { EUR: 4 }], ['EUR', 'USD'], [3, 4]],
  ["else by those in the bundle's own", [{ USD: 10, EUR: 3 }, { USD: 20 }], ['EUR', 'USD'], [10, 20]],
  ['the same where they share neither', [{ USD: 10 }, { EUR: 3 }], ['EUR', 'USD'], [1, 1]],
])('courses weigh %s', (_, prices, currencies, weights) => {
  expect(weigh(prices.map(course), currencies)).toEqual(weights);
});
