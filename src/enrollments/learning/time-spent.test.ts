import { expect, it } from '@jest/globals';
import { countTime } from './time-spent.js';

const start = new Date('2026-11-21T10:00:00Z');
const after = (seconds: number) => new Date(start.getTime() + seconds * 1000);

it.each([
  ['what has passed', 600, 600, 600, 600],
  ['less than what has passed', 600, 200, 200, 600],
  ['a minute more than what has passed', 600, 660, 660, 660],
  ['no more than that', 600, 661, 660, 660],
  ['hours out of nothing', 0, 86_400, 60, 60],
  ['a clock that has been put back', -100, 10, 0, 0],
])('%s: of %d s passed, %d s are said to be spent', (_, passed, said, counted, until) => {
  expect(countTime(said, start, after(passed))).toEqual({ counted, until: after(until) });
});

it('the minute of grace is to be had once, however often one asks', () => {
  let [since, sum] = [start, 0];
  for (let second = 0; second < 100; second += 1) {
    const { counted, until } = countTime(60, since, after(second));
    [since, sum] = [until, sum + counted];
  }
  expect(sum).toBe(99 + 60);
});
