import { describe, expect, it } from '@jest/globals';
import { dayOf } from '../../platform/clock/index.js';
import { type Mark, streakOf, type StreakRules } from './streak-of.js';

const plain: StreakRules = { withinDays: 1, freezeEvery: 0, mostFreezes: 0 };
const weekly: StreakRules = { withinDays: 1, freezeEvery: 7, mostFreezes: 2 };

const mark = (moment: string, zone = 'UTC'): Mark => {
  const at = new Date(moment);
  const day = dayOf(at, zone);
  return { source: day, day, zone, at };
};
const noon = (...days: string[]) => days.map((day) => mark(`${day}T12:00Z`));
/** How many days in a row, row by row. */
const rows = (marks: Mark[], rules = plain) => streakOf(marks, rules)?.rows.map(({ days }) => days.length);
const inZone = (zone: string, ...moments: string[]) => rows(moments.map((moment) => mark(moment, zone)));

it('of nothing there is none', () => {
  expect(streakOf([], weekly)).toBeUndefined();
});

describe('days in a row', () => {
  it.each<[string, number[] | undefined, number[]]>([
    ['count', rows(noon('2026-11-20', '2026-11-21', '2026-11-22')), [3]],
    ['end with a day that was missed', rows(noon('2026-11-20', '2026-11-21', '2026-11-23')), [2, 1]],
    ['go over a leap day', rows(noon('2028-02-28', '2028-02-29', '2028-03-01')), [3]],
    ['miss a leap day', rows(noon('2028-02-28', '2028-03-01')), [1, 1]],
    ['know years without one', rows(noon('2027-02-28', '2027-03-01')), [2]],
    ['go over a new year', rows(noon('2026-12-31', '2027-01-01')), [2]],
    // 29 March has 23 hours in Berlin, 25 October has 25.
    [
      'go over a short day',
      inZone('Europe/Berlin', '2026-03-28T22:59Z', '2026-03-29T21:59Z', '2026-03-30T21:59Z'),
      [3],
    ],
    ['may miss a short day', inZone('Europe/Berlin', '2026-03-28T22:59Z', '2026-03-29T22:00Z'), [1, 1]],
    [
      'count a long day once',
      inZone('Europe/Berlin', '2026-10-24T22:00Z', '2026-10-25T22:59Z', '2026-10-25T23:00Z'),
      [2],
    ],
    ['go over half an hour', inZone('Australia/Lord_Howe', '2026-10-03T13:29Z', '2026-10-04T12:59Z'), [2]],
    [
      'count a day with half an hour more once',
      inZone('Australia/Lord_Howe', '2026-04-04T13:00Z', '2026-04-05T13:29Z'),
      [1],
    ],
    ['go over a day that there was not', inZone('Pacific/Apia', '2011-12-30T09:59Z', '2011-12-30T10:00Z'), [2]],
  ])('%s', (_, found, expected) => {
    expect(found).toEqual(expected);
  });
});

describe('who travels', () => {
  const losAngeles = 'America/Los_Angeles';
  const auckland = 'Pacific/Auckland';

  it('over the date line to the west loses no day, and may miss one still', () => {
    const home = mark('2026-11-22T04:00Z', losAngeles);
    const landed = streakOf([home, mark('2026-11-22T17:00Z', auckland)], plain);
    expect(landed?.rows.map(({ days }) => days)).toEqual([['2026-11-21', '2026-11-23']]);
    expect(rows([home, mark('2026-11-23T11:30Z', auckland)])).toEqual([1, 1]);
  });

  it('to the east has a day once more, which counts once', () => {
    const days = [mark('2026-11-21T20:00Z', auckland), mark('2026-11-22T20:00Z', losAngeles)];
    expect(days.map(({ day }) => day)).toEqual(['2026-11-22', '2026-11-22']);
    for (const inAnyOrder of [days, days.toReversed()])
      expect(streakOf(inAnyOrder, plain)?.last).toEqual({
        ...{ day: '2026-11-22', zone: auckland },
        at: new Date('2026-11-21T20:00Z'),
      });
    expect(rows([...days, mark('2026-11-23T20:00Z', losAngeles)])).toEqual([2]);
  });

  it('and is back in the day before goes on from the furthest day', () => {
    const days = [
      mark('2026-11-21T20:00Z', auckland),
      mark('2026-11-22T05:00Z', losAngeles),
      // The 22nd once more: what counted in Auckland.
      mark('2026-11-22T20:00Z', losAngeles),
      mark('2026-11-23T20:00Z', losAngeles),
    ];
    expect(streakOf(days, plain)).toMatchObject({
      rows: [{ days: ['2026-11-22', '2026-11-21', '2026-11-23'] }],
      last: { day: '2026-11-23', zone: losAngeles },
    });
    expect(streakOf(days.slice(0, 2), plain)?.last).toEqual({
      day: '2026-11-22',
      zone: losAngeles,
      at: new Date('2026-11-22T05:00Z'),
    });
  });
});

describe('freezes', () => {
  const week = ['16', '17', '18', '19', '20', '21', '22'].map((day) => `2026-11-${day}`);
  const state = (days: string[], rules = weekly) => {
    const streak = streakOf(noon(...days), rules);
    return [streak?.rows.map((row) => row.days.length), streak?.freezes, streak?.longest];
  };

  it('come every so many days, up to the most', () => {
    expect(state(week.slice(0, 6))).toEqual([[6], 0, 6]);
    expect(state(week)).toEqual([[7], 1, 7]);
    const month = Array.from({ length: 28 }, (_, day) => `2026-02-${String(day + 1).padStart(2, '0')}`);
    expect(state(month)).toEqual([[28], 2, 28]);
    expect(state(month, plain)).toEqual([[28], 0, 28]);
  });

  it('stand for a day that was missed each', () => {
    expect(state([...week, '2026-11-24'])).toEqual([[8], 0, 8]);
    expect(state([...week, '2026-11-24', '2026-11-26'])).toEqual([[8, 1], 0, 8]);
  });

  it('stay when there are too few', () => {
    expect(state([...week, '2026-11-25'])).toEqual([[7, 1], 1, 7]);
    expect(state([...week, '2026-11-25', '2026-11-27'])).toEqual([[7, 2], 0, 7]);
  });
});

describe('courses in a row', () => {
  const rules = { withinDays: 30, freezeEvery: 3, mostFreezes: 1 };
  const courses = (...days: string[]) => noon(...days).map((one, index) => ({ ...one, source: `crs_${index}` }));

  it('may be so many days apart, and several on one day', () => {
    expect(rows(courses('2026-01-01', '2026-01-31'), rules)).toEqual([2]);
    expect(rows(courses('2026-01-01', '2026-02-01'), rules)).toEqual([1, 1]);
    expect(rows(courses('2026-01-01', '2026-01-01', '2026-01-01'), rules)).toEqual([3]);
  });

  it('take a freeze for each time of so many days that passed without one', () => {
    const three = ['2026-01-01', '2026-01-02', '2026-01-03'];
    expect(rows(courses(...three, '2026-03-04'), rules)).toEqual([4]);
    expect(rows(courses(...three, '2026-03-05'), rules)).toEqual([3, 1]);
  });
});
