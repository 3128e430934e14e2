import { expect, it } from '@jest/globals';
import { backoffSeconds } from './backoff.js';

const many = (failures: number, ceiling?: number) =>
  Array.from({ length: 2000 }, () => backoffSeconds(failures, ceiling));

it.each([
  [0, 1],
  [1, 1],
  [2, 2],
  [3, 4],
  [6, 32],
  [12, 2048],
  [13, 3600],
  [5000, 3600],
])('after failure %d the pause is %d seconds, give or take a fifth', (failures, seconds) => {
  const pauses = many(failures);
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(seconds * 0.8);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(seconds * 1.2);
});

it('retries do not march in step: the whole band is used', () => {
  const pauses = many(1);
  expect(Math.min(...pauses)).toBeLessThan(0.85);
  expect(Math.max(...pauses)).toBeGreaterThan(1.15);
});

it('the ceiling is the caller’s to choose', () => {
  expect(Math.max(...many(20, 60))).toBeLessThanOrEqual(72);
});
