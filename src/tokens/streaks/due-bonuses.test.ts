import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parameters } from '../../../test/properties/runs.js';
import { dueBonuses, type Reached, surplusBonuses } from './due-bonuses.js';
import { type Mark, type Row, streakOf } from './streak-of.js';

const until = new Date('2026-11-30T12:00Z');
const dayOf = (day: number) => `2026-11-${String(day).padStart(2, '0')}`;
const row = (...days: number[]): Row => ({ days: days.map(dayOf), until });
const bonuses = [
  { length: 5, tokens: 50 },
  { length: 3, tokens: 10 },
];
const reached = (all: [length: number, day: number][]) => all.map(([length, day]) => ({ length, day: dayOf(day) }));
const words = ({ length, day }: Reached) => `${length} on ${day.slice(-2)}`;
const due = (rows: Row[], ...paid: [length: number, day: number][]) =>
  dueBonuses(rows, bonuses, reached(paid)).map((one) => `${words(one)}: ${one.tokens}`);
const surplus = (before: Row[], changed: Row[], ...paid: [length: number, day: number][]) =>
  surplusBonuses(before, changed, reached(paid)).map(words);

it.each<[string, string[], string[]]>([
  ['are paid on the day on which a row reached them', due([row(1, 2, 3, 4, 5)]), ['3 on 03: 10', '5 on 05: 50']],
  ['are not paid before', due([row(1, 2)]), []],
  ['are paid once for a row', due([row(1, 2, 3, 4, 5, 6)], [3, 3], [5, 5]), []],
  ['are paid again in another row', due([row(7, 8, 9)], [3, 3]), ['3 on 09: 10']],
  // The 1st became known late.
  ['are not paid again when the day moves on which they were reached', due([row(1, 2, 3, 4)], [3, 4]), []],
  ['are paid for each row', due([row(1, 2, 3), row(7, 8, 9)]), ['3 on 03: 10', '3 on 09: 10']],
  ['are of their length', due([row(1, 2, 3, 4, 5)], [3, 5]), ['5 on 05: 50']],
  // The 4th became known late: two rows are one.
  [
    'paid twice for a row are too much',
    surplus([row(1, 2, 3), row(5, 6, 7)], [row(1, 2, 3, 4, 5, 6, 7)], [3, 3], [3, 7]),
    ['3 on 07'],
  ],
  // A freeze came a day earlier, when there were enough.
  [
    'of a row that is not so long any more are too much',
    surplus([row(2, 4, 5)], [row(1, 2), row(4, 5)], [3, 5]),
    ['3 on 05'],
  ],
  ['of other rows are not', surplus([row(7, 8)], [row(7, 8, 9)], [3, 3], [3, 9]), []],
  // The rules were others when they were paid.
  [
    'that were too much before are not',
    surplus([row(1, 2, 3, 4, 5, 6), row(9, 10)], [row(9, 10, 11)], [3, 3], [3, 6], [5, 10]),
    [],
  ],
  [
    'that were too much before in the same row are not',
    surplus([row(1, 2, 3, 4, 5, 6)], [row(1, 2, 3, 4, 5, 6, 7)], [3, 3], [3, 6]),
    [],
  ],
])('bonuses %s', (_, found, expected) => {
  expect(found).toEqual(expected);
});

it('a list without any pays nothing, and what it paid while it had some stays', () => {
  expect(dueBonuses([row(1, 2, 3)], [], [])).toEqual([]);
  expect(surplusBonuses([row(1, 2)], [row(1, 2, 3)], reached([[3, 3]]))).toEqual([]);
});

it('whatever order the marks become known in, the bonuses that stand are those of the rows that they come to', () => {
  const rules = fc.record({
    withinDays: fc.constant(1),
    freezeEvery: fc.integer({ min: 0, max: 3 }),
    mostFreezes: fc.integer({ min: 0, max: 2 }),
  });
  const days = fc.uniqueArray(fc.integer({ min: 1, max: 28 }), { minLength: 1, maxLength: 18 });
  fc.assert(
    fc.property(days, rules, (inAnyOrder, by) => {
      const known: Mark[] = [];
      let paid: Reached[] = [];
      for (const day of inAnyOrder.map(dayOf)) {
        const mark = { source: day, day, zone: 'UTC', at: new Date(`${day}T12:00Z`) };
        const before = streakOf(known, by)?.rows ?? [];
        known.push(mark);
        const changed = streakOf(known, by)!.rows.filter((one) => one.until >= mark.at);
        const back = surplusBonuses(before, changed, paid);
        paid = [...paid, ...dueBonuses(changed, bonuses, paid)].filter((one) => !back.includes(one));
      }
      const { rows } = streakOf(known, by)!;
      const lengths = (all: Reached[]) => all.map(({ length }) => length).toSorted();
      expect(lengths(paid)).toEqual(lengths(dueBonuses(rows, bonuses, [])));
      // Each in a row of its own.
      expect([dueBonuses(rows, bonuses, paid), surplusBonuses([], rows, paid)]).toEqual([[], []]);
    }),
    parameters(150),
  );
});
