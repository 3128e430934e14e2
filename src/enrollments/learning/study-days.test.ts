import { expect, it } from '@jest/globals';
import { withStudyAt } from './study-days.js';

/** Studies at these moments, each with the zone that the student is in; answers the days in a row after each. */
function streak(...moments: [at: string, zone: string][]): number[] {
  let days = { streakDays: 0, lastStudyDay: null as string | null, lastAccessedAt: null as Date | null };
  return moments.map(([at, zone]) => {
    const now = new Date(at);
    days = { ...withStudyAt(days, now, zone), lastAccessedAt: now };
    return days.streakDays;
  });
}
const inZone = (zone: string, ...moments: string[]) => streak(...moments.map((at): [string, string] => [at, zone]));

it.each<[string, number[], number[]]>([
  [
    'days in a row are counted, each once',
    inZone('UTC', '2026-11-20T09:00Z', '2026-11-20T23:59Z', '2026-11-21T00:00Z', '2026-11-22T23:00Z'),
    [1, 1, 2, 3],
  ],
  [
    'a day that was missed begins anew',
    inZone('UTC', '2026-11-20T23:59Z', '2026-11-21T10:00Z', '2026-11-23T00:00Z', '2026-11-24T00:00Z'),
    [1, 2, 1, 2],
  ],
  // Two days in UTC, one in Nairobi; and one in UTC that is two there.
  [
    'the days are those of where the student is',
    inZone('Africa/Nairobi', '2026-11-20T21:30Z', '2026-11-21T20:30Z', '2026-11-21T21:30Z'),
    [1, 1, 2],
  ],
  // 29 March 2026 has 23 hours in Berlin: 47 hours after this there is a day between.
  [
    'a short day is a day that can be missed',
    inZone('Europe/Berlin', '2026-03-28T22:59:59Z', '2026-03-29T22:00:00Z'),
    [1, 1],
  ],
  [
    'a short day counts',
    inZone('Europe/Berlin', '2026-03-28T10:00Z', '2026-03-29T10:00Z', '2026-03-30T10:00Z'),
    [1, 2, 3],
  ],
  // 25 October 2026 has 25 hours in Berlin.
  [
    'a long day counts once',
    inZone('Europe/Berlin', '2026-10-24T22:00Z', '2026-10-25T22:59Z', '2026-10-25T23:00Z'),
    [1, 1, 2],
  ],
])('%s', (_, found, expected) => {
  expect(found).toEqual(expected);
});

it('a day that a journey over the date line left out was not missed', () => {
  const home: [string, string] = ['2026-11-22T04:00Z', 'America/Los_Angeles'];
  expect(streak(home, ['2026-11-22T17:00Z', 'Pacific/Auckland'])).toEqual([1, 2]);
  expect(streak(home, ['2026-11-23T11:30Z', 'Pacific/Auckland'])).toEqual([1, 1]);
});

it('a day that a journey brings back counts once, and changing zones to and fro gains nothing', () => {
  const zones = [
    'Pacific/Auckland',
    'America/Los_Angeles',
    'Pacific/Kiritimati',
    'Pacific/Pago_Pago',
    'Pacific/Kiritimati',
  ];
  expect(streak(...zones.map((zone): [string, string] => ['2026-11-22T04:00Z', zone]))).toEqual([1, 1, 1, 1, 1]);
  expect(
    streak(
      ['2026-11-21T20:00Z', 'Pacific/Auckland'],
      ['2026-11-22T20:00Z', 'America/Los_Angeles'],
      ['2026-11-23T20:00Z', 'America/Los_Angeles'],
    ),
  ).toEqual([1, 1, 2]);
});
