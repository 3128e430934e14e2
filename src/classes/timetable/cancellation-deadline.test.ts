import { expect, it } from '@jest/globals';
import { cancellationDeadline } from './cancellation-deadline.js';
import { toLocal, toMoment } from './local-time.js';

const deadline = (start: string, window: number, night: string | null, zone = 'Africa/Nairobi') => {
  const [from = '', to = ''] = night?.split('-') ?? [];
  return toLocal(
    cancellationDeadline(toMoment(start, zone), window, night === null ? null : { start: from, end: to }, zone),
    zone,
  );
};

it.each([
  ['without a night', '2026-11-23T17:00', 120, null, '2026-11-23T15:00'],
  ['by day', '2026-11-23T17:00', 120, '22:00-07:00', '2026-11-23T15:00'],
  ['a window of nothing', '2026-11-23T17:00', 0, '22:00-07:00', '2026-11-23T17:00'],
  ['a window of nothing in the night', '2026-11-23T23:00', 0, '22:00-07:00', '2026-11-23T23:00'],
  ['across a night', '2026-11-23T08:00', 120, '22:00-07:00', '2026-11-22T21:00'],
  ['as far as the night and no further', '2026-11-23T09:00', 120, '22:00-07:00', '2026-11-23T07:00'],
  ['from within the night, after midnight', '2026-11-23T05:00', 120, '22:00-07:00', '2026-11-22T20:00'],
  ['from within the night, before midnight', '2026-11-23T23:00', 120, '22:00-07:00', '2026-11-23T20:00'],
  ['from the moment the night ends', '2026-11-23T07:00', 60, '22:00-07:00', '2026-11-22T21:00'],
  ['a night after midnight', '2026-11-23T06:30', 120, '00:00-06:00', '2026-11-22T22:30'],
  ['a night that is over at midnight', '2026-11-23T01:00', 120, '20:00-00:00', '2026-11-22T19:00'],
  // Ten hours of the 23rd, fifteen each of the three days before, and the last five of the 19th.
  ['across several nights', '2026-11-23T17:00', 60 * 60, '22:00-07:00', '2026-11-19T17:00'],
])('%s: %s, %d minutes, night %s', (_, start, window, night, expected) => {
  expect(deadline(start, window, night)).toBe(expected);
});

it('counts real time where the clocks change', () => {
  // Berlin leaps from 02:00 to 03:00 on 28 March 2027: four hours before 06:00 is 01:00.
  expect(deadline('2027-03-28T06:00', 240, null, 'Europe/Berlin')).toBe('2027-03-28T01:00');
  // With a night from 22:00 to 04:00: two hours from 06:00 to 04:00, two more before 22:00.
  expect(deadline('2027-03-28T06:00', 240, '22:00-04:00', 'Europe/Berlin')).toBe('2027-03-27T20:00');
  // A night that ends at a time which is leapt over ends as much later: 03:30.
  expect(deadline('2027-03-28T05:30', 120, '22:00-02:30', 'Europe/Berlin')).toBe('2027-03-28T03:30');
  expect(deadline('2027-03-28T05:30', 180, '22:00-02:30', 'Europe/Berlin')).toBe('2027-03-27T21:00');
  // New York sets its clocks back at 02:00 on 7 November 2027: there are five hours from 00:00 to 04:00.
  expect(deadline('2027-11-07T04:00', 300, null, 'America/New_York')).toBe('2027-11-07T00:00');
});
