import { expect, it } from '@jest/globals';
import { dueBonuses } from './due-bonuses.js';
import type { Row } from './streak-of.js';

const until = new Date('2026-11-30T12:00Z');
const row = (...days: number[]): Row => ({ days: days.map((day) => `2026-11-${String(day).padStart(2, '0')}`), until });
const bonuses = [
  { length: 5, tokens: 50 },
  { length: 3, tokens: 10 },
];
const due = (rows: Row[], ...paid: [length: number, day: string][]) =>
  dueBonuses(
    rows,
    bonuses,
    paid.map(([length, day]) => ({ length, day: `2026-11-${day}` })),
  ).map(({ length, day, tokens }) => `${length} on ${day.slice(-2)}: ${tokens}`);

it.each<[string, string[], string[]]>([
  ['are paid on the day on which a row reached them', due([row(1, 2, 3, 4, 5)]), ['3 on 03: 10', '5 on 05: 50']],
  ['are not paid before', due([row(1, 2)]), []],
  ['are paid once for a row', due([row(1, 2, 3, 4, 5, 6)], [3, '03'], [5, '05']), []],
  ['are paid again in another row', due([row(7, 8, 9)], [3, '03']), ['3 on 09: 10']],
  // The 1st became known late.
  ['are not paid again when the day moves on which they were reached', due([row(1, 2, 3, 4)], [3, '04']), []],
  ['are paid for each row', due([row(1, 2, 3), row(7, 8, 9)]), ['3 on 03: 10', '3 on 09: 10']],
  ['are of their length', due([row(1, 2, 3, 4, 5)], [3, '05']), ['5 on 05: 50']],
])('bonuses %s', (_, found, expected) => {
  expect(found).toEqual(expected);
});

it('a list without any pays nothing', () => {
  expect(dueBonuses([row(1, 2, 3)], [], [])).toEqual([]);
});
