import { expect, it } from '@jest/globals';
import { payoutPeriod } from './payout-period.js';

const at = (text: string) => new Date(`${text}Z`);

it.each([
  ['2026-11-16T00:00:00', '2026-11-16'],
  ['2026-11-21T12:00:00', '2026-11-16'],
  ['2026-11-22T23:59:59.999', '2026-11-16'],
  ['2026-11-23T00:00:00', '2026-11-23'],
  // Its Monday was in another month, and in another year.
  ['2026-12-01T00:00:00', '2026-11-30'],
  ['2027-01-01T00:00:00', '2026-12-28'],
  ['2028-03-01T00:00:00', '2028-02-28'],
])('weekly at %s is the week from Monday %s', (now, period) => {
  expect(payoutPeriod('weekly', at(now))).toBe(period);
  expect(at(`${period}T00:00:00`).getUTCDay()).toBe(1);
});

it.each([
  ['2026-11-01T00:00:00', '2026-11-01'],
  ['2026-11-30T23:59:59.999', '2026-11-01'],
  ['2026-12-01T00:00:00', '2026-12-01'],
  ['2028-02-29T12:00:00', '2028-02-01'],
])('monthly at %s is the month from %s', (now, period) => expect(payoutPeriod('monthly', at(now))).toBe(period));

it('no two days in a row have periods that go back, and a week is seven days', () => {
  const days = Array.from({ length: 800 }, (_, day) => new Date(Date.UTC(2026, 0, 1 + day, 5)));
  const weeks = days.map((day) => payoutPeriod('weekly', day)!);
  expect(weeks).toEqual(weeks.toSorted());
  const full = new Map<string, number>();
  for (const week of weeks) full.set(week, (full.get(week) ?? 0) + 1);
  expect(new Set([...full.values()].slice(1, -1))).toEqual(new Set([7]));
});

it('manual is no period', () => expect(payoutPeriod('manual', at('2026-11-16T00:00:00'))).toBeUndefined());
