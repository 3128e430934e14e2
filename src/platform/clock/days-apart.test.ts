import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parameters } from '../../../test/properties/runs.js';
import { dayOf, daysApart } from './index.js';

const told = (moment: string, zone: string) => {
  const at = new Date(moment);
  return { day: dayOf(at, zone), at, zone };
};
const apart = (from: string, zone: string, to: string, there = zone) => daysApart(told(from, zone), told(to, there));

describe('in one place days are apart as its calendar has them', () => {
  it.each([
    ['a short day passes', 'Europe/Berlin', '2026-03-28T23:00Z', '2026-03-29T22:00Z', 1],
    ['a short day is missed within 47 hours', 'Europe/Berlin', '2026-03-28T22:59Z', '2026-03-29T22:00Z', 2],
    ['a long day is one day', 'Europe/Berlin', '2026-10-24T22:00Z', '2026-10-25T22:59Z', 0],
    ['a long day passes', 'Europe/Berlin', '2026-10-24T22:00Z', '2026-10-25T23:00Z', 1],
    ['a short day in the west', 'America/New_York', '2026-03-08T05:00Z', '2026-03-09T04:00Z', 1],
    ['a long day in the west', 'America/New_York', '2026-11-01T04:00Z', '2026-11-02T04:59Z', 0],
    ['half an hour forward', 'Australia/Lord_Howe', '2026-10-03T13:30Z', '2026-10-04T13:00Z', 1],
    ['half an hour back', 'Australia/Lord_Howe', '2026-04-04T13:00Z', '2026-04-05T13:29Z', 0],
    ['clocks are changed at midnight', 'America/Santiago', '2026-09-06T03:59Z', '2026-09-06T04:00Z', 1],
    ['a leap day passes', 'UTC', '2028-02-28T12:00Z', '2028-03-01T12:00Z', 2],
    ['no leap day', 'UTC', '2027-02-28T12:00Z', '2027-03-01T12:00Z', 1],
    ['a year begins', 'Asia/Kathmandu', '2026-12-31T18:14Z', '2026-12-31T18:15Z', 1],
    ['half a year, with the clocks changed', 'Europe/Berlin', '2026-01-01T12:00Z', '2026-07-01T12:00Z', 181],
    // 29 December was followed by the 31st.
    ['a day that there was not', 'Pacific/Apia', '2011-12-30T09:59Z', '2011-12-30T10:00Z', 1],
    ['one that was missed after it', 'Pacific/Apia', '2011-12-30T09:59Z', '2011-12-31T10:00Z', 2],
    ['one that there was not, long ago', 'Pacific/Kwajalein', '1993-08-20T20:00Z', '1993-08-22T20:00Z', 2],
  ])('%s', (_, zone, from, to, days) => {
    expect(apart(from, zone, to)).toBe(days);
  });
});

describe('who travels', () => {
  it.each<[string, [string, string], [string, string], number]>([
    // Saturday evening; Monday morning, thirteen hours later.
    [
      'over the date line to the west loses no day',
      ['2026-11-22T04:00Z', 'America/Los_Angeles'],
      ['2026-11-22T17:00Z', 'Pacific/Auckland'],
      1,
    ],
    // The first just past midnight: by the clocks of Auckland it was the day before, and one was missed there.
    [
      'is read by the place they left, too',
      ['2026-11-21T08:30Z', 'America/Los_Angeles'],
      ['2026-11-22T17:00Z', 'Pacific/Auckland'],
      1,
    ],
    // Half an hour before midnight; by the clocks of Los Angeles it was past the midnight after next.
    [
      'is read by the place they came to, too',
      ['2026-11-22T07:30Z', 'America/Los_Angeles'],
      ['2026-11-23T10:59Z', 'Pacific/Auckland'],
      1,
    ],
    [
      'may still miss a day',
      ['2026-11-22T04:00Z', 'America/Los_Angeles'],
      ['2026-11-23T11:30Z', 'Pacific/Auckland'],
      2,
    ],
    [
      'over the date line to the east gets a day once more',
      ['2026-11-21T20:00Z', 'Pacific/Auckland'],
      ['2026-11-22T20:00Z', 'America/Los_Angeles'],
      0,
    ],
    [
      'or is back in the day before',
      ['2026-11-21T20:00Z', 'Pacific/Auckland'],
      ['2026-11-22T05:00Z', 'America/Los_Angeles'],
      -1,
    ],
    ['at once is nowhere later', ['2026-11-22T10:30Z', 'Pacific/Pago_Pago'], ['2026-11-22T10:30Z', 'Etc/GMT-14'], 0],
  ])('%s', (_, [from, zone], [to, there], days) => {
    expect(apart(from, zone, to, there)).toBe(days);
  });

  it('is read by where they are when the place they left is not known, and as told when nothing is', () => {
    const here = told('2026-11-22T17:00Z', 'Pacific/Auckland');
    expect(daysApart({ day: '2026-11-21', at: new Date('2026-11-22T04:00Z') }, here)).toBe(1);
    expect(daysApart({ day: '2026-11-21', at: new Date('2026-11-21T08:30Z') }, here)).toBe(2);
    expect(daysApart({ day: '2026-11-21', at: null }, here)).toBe(2);
  });
});

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'America/Santiago',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
];

/** Written differently: the dates that somebody sees who looks every few hours on the way from one moment to the other. */
function seen(from: Date, to: Date, zone: string): number {
  const date = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' });
  const dates = new Set([date.format(to)]);
  for (let at = from.getTime(); at < to.getTime(); at += 6 * 3_600_000) dates.add(date.format(at));
  return dates.size - 1;
}

it('agrees with who looks at the calendars on the way', () => {
  // About the days on which clocks are changed, and Samoa's.
  const around = fc.constantFrom('2026-03-08', '2026-03-29', '2026-04-05', '2026-09-06', '2026-10-04', '2011-12-30');
  const minutes = (days: number) => fc.integer({ min: 0, max: days * 1440 });
  fc.assert(
    fc.property(around, minutes(4), minutes(6), fc.constantFrom(...zones), fc.constantFrom(...zones), (...one) => {
      const [day, begins, lasts, zone, there] = one;
      const from = new Date(Date.parse(`${day}T00:00Z`) + (begins - 2 * 1440) * 60_000);
      const to = new Date(from.getTime() + lasts * 60_000);
      const [first, second] = [told(from.toISOString(), zone), told(to.toISOString(), there)];
      const asTold = (Date.parse(second.day) - Date.parse(first.day)) / 86_400_000;
      const least = Math.min(asTold, seen(from, to, zone), seen(from, to, there));
      // Of what is no day later it does not matter how much less it is.
      expect(Math.max(daysApart(first, second), 1)).toBe(Math.max(least, 1));
    }),
    parameters(500),
  );
});
