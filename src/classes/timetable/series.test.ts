import { describe, expect, it } from '@jest/globals';
import { toLocal, toMoment } from './local-time.js';
import { flawOf, normalRule } from './recurrence-rule.js';
import { movedSeries, occurrencesBetween, type Series, seriesFlaw } from './series.js';

const series = (recurrenceRule: string, startsAt = '2026-11-23T17:00', timeZone = 'Africa/Nairobi'): Series => ({
  recurrenceRule,
  startsAt,
  timeZone,
});
const first = (rule: string, count = 4, startsAt?: string, timeZone?: string) =>
  occurrencesBetween(series(rule, startsAt, timeZone), '2026-01-01T00:00', '2030-01-01T00:00').slice(0, count);

describe('the occurrences of a rule', () => {
  it.each<[string, string[]]>([
    ['FREQ=DAILY', ['2026-11-23T17:00', '2026-11-24T17:00', '2026-11-25T17:00', '2026-11-26T17:00']],
    ['FREQ=WEEKLY;BYDAY=MO,WE', ['2026-11-23T17:00', '2026-11-25T17:00', '2026-11-30T17:00', '2026-12-02T17:00']],
    // The first Monday is not one of its days.
    [
      'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU',
      ['2026-11-24T17:00', '2026-12-08T17:00', '2026-12-22T17:00', '2027-01-05T17:00'],
    ],
    ['FREQ=MONTHLY;BYDAY=-1FR', ['2026-11-27T17:00', '2026-12-25T17:00', '2027-01-29T17:00', '2027-02-26T17:00']],
    ['FREQ=MONTHLY;BYMONTHDAY=31', ['2026-12-31T17:00', '2027-01-31T17:00', '2027-03-31T17:00', '2027-05-31T17:00']],
    ['FREQ=YEARLY', ['2026-11-23T17:00', '2027-11-23T17:00', '2028-11-23T17:00', '2029-11-23T17:00']],
    ['FREQ=DAILY;COUNT=2', ['2026-11-23T17:00', '2026-11-24T17:00']],
    // 14:00 UTC is 17:00 in Nairobi.
    ['FREQ=DAILY;UNTIL=20261124T140000Z', ['2026-11-23T17:00', '2026-11-24T17:00']],
    ['FREQ=DAILY;UNTIL=20261124T135900Z', ['2026-11-23T17:00']],
    ['FREQ=DAILY;UNTIL=20261124T170000', ['2026-11-23T17:00', '2026-11-24T17:00']],
    ['FREQ=DAILY;UNTIL=20261124', ['2026-11-23T17:00', '2026-11-24T17:00']],
    ['FREQ=DAILY;BYHOUR=9,17;COUNT=3', ['2026-11-23T17:00', '2026-11-24T09:00', '2026-11-24T17:00']],
  ])('%s', (rule, expected) => {
    expect(first(rule)).toEqual(expected);
  });

  it('are held by the clock also where it leaps or is set back', () => {
    const held = (day: string, timeZone: string) => toMoment(`${day}T02:30`, timeZone).toISOString();
    const days = first('FREQ=DAILY', 3, '2027-03-13T02:30', 'America/New_York');
    expect(days).toEqual(['2027-03-13T02:30', '2027-03-14T02:30', '2027-03-15T02:30']);
    // New York leaps from 02:00 to 03:00 on 14 March: 02:30 is held at 03:30.
    expect(held('2027-03-14', 'America/New_York')).toBe('2027-03-14T07:30:00.000Z');
    expect(toLocal(new Date('2027-03-14T07:30:00Z'), 'America/New_York')).toBe('2027-03-14T03:30');
    // Berlin has 02:30 twice on 25 October: the first is in summer time.
    expect(held('2026-10-25', 'Europe/Berlin')).toBe('2026-10-25T00:30:00.000Z');
    expect(held('2026-10-25', 'Africa/Nairobi')).toBe('2026-10-24T23:30:00.000Z');
  });
});

describe('a rule is refused', () => {
  it.each([
    ['', 'is no part'],
    ['WEEKLY', 'is no part'],
    ['FREQ=SECONDLY', 'FREQ must be one of DAILY, WEEKLY, MONTHLY, YEARLY'],
    ['FREQ=MINUTELY', 'FREQ must be one of'],
    ['FREQ=HOURLY;INTERVAL=24', 'FREQ must be one of'],
    ['INTERVAL=2', 'FREQ must be given'],
    ['FREQ=DAILY;FREQ=WEEKLY', 'FREQ is given twice'],
    ['FREQ=DAILY;FOO=1', 'is no part'],
    ['FREQ=DAILY;BYSECOND=1', 'is no part'],
    ['RSCALE=HEBREW;FREQ=YEARLY', 'is no part'],
    ['FREQ=DAILY\nDTSTART:20261123T170000Z', 'FREQ must be one of'],
    ['FREQ=DAILY;INTERVAL=0', 'INTERVAL=0 is not valid'],
    ['FREQ=DAILY;INTERVAL=1001', 'not valid'],
    ['FREQ=DAILY;COUNT=0', 'not valid'],
    ['FREQ=DAILY;COUNT=-1', 'not valid'],
    ['FREQ=DAILY;BYHOUR=24', 'not valid'],
    ['FREQ=DAILY;BYMONTH=13', 'not valid'],
    ['FREQ=WEEKLY;BYDAY=XX', 'not valid'],
    ['FREQ=WEEKLY;BYDAY=', 'not valid'],
    ['FREQ=WEEKLY;BYDAY=1MO', 'numbered day'],
    ['FREQ=WEEKLY;BYMONTHDAY=1', 'BYMONTHDAY'],
    ['FREQ=MONTHLY;BYYEARDAY=1', 'BYYEARDAY'],
    ['FREQ=MONTHLY;BYWEEKNO=1', 'BYWEEKNO'],
    ['FREQ=MONTHLY;BYSETPOS=1', 'BYSETPOS'],
    ['FREQ=DAILY;UNTIL=20261345', 'not valid'],
    ['FREQ=DAILY;UNTIL=tomorrow', 'not valid'],
    ['FREQ=DAILY;COUNT=2;UNTIL=20270101', 'COUNT and UNTIL'],
  ])('%j', (rule, why) => {
    expect(flawOf(rule)).toContain(why);
  });

  it('that never comes true, or too often', () => {
    expect(seriesFlaw(series('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30'))).toContain('no session');
    expect(seriesFlaw(series('FREQ=DAILY;UNTIL=20261122'))).toContain('no session');
    expect(seriesFlaw(series('FREQ=DAILY;BYMINUTE=0,5,10,15,20,25,30,35,40,45'))).toContain('more than 500');
    expect(seriesFlaw(series('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29'))).toBeUndefined();
  });

  it('but not for its case or its name', () => {
    expect(normalRule(' rrule:freq=weekly;byday=mo; ')).toBe('FREQ=WEEKLY;BYDAY=MO');
  });
});

describe('a series moved from one of its occurrences on', () => {
  it.each<[string, string, number, string | undefined, string]>([
    ['FREQ=WEEKLY;BYDAY=MO,WE', '2026-12-02T17:00', 60, 'FREQ=WEEKLY;BYDAY=MO,WE', '2026-12-02T18:00'],
    ['FREQ=WEEKLY;BYDAY=MO,WE', '2026-12-02T17:00', 24 * 60, 'FREQ=WEEKLY;BYDAY=TU,TH', '2026-12-03T17:00'],
    ['FREQ=WEEKLY', '2026-12-07T17:00', -24 * 60, 'FREQ=WEEKLY', '2026-12-06T17:00'],
    ['FREQ=DAILY;COUNT=10', '2026-11-26T17:00', -30, 'FREQ=DAILY;COUNT=7', '2026-11-26T16:30'],
    ['FREQ=DAILY;UNTIL=20261201', '2026-11-26T17:00', 120, 'FREQ=DAILY;UNTIL=20261201T225900Z', '2026-11-26T19:00'],
    ['FREQ=DAILY;INTERVAL=3', '2026-11-29T17:00', 60, 'FREQ=DAILY;INTERVAL=3', '2026-11-29T18:00'],
    ['FREQ=DAILY;BYHOUR=17;BYMINUTE=0', '2026-11-29T17:00', 60, 'FREQ=DAILY', '2026-11-29T18:00'],
    // Not one of its own: what is left begins with the next.
    ['FREQ=WEEKLY', '2026-12-02T12:00', 60, 'FREQ=WEEKLY', '2026-12-07T18:00'],
  ])('%s from %s by %d minutes', (rule, from, minutes, expected, startsAt) => {
    expect(movedSeries(series(rule), from, minutes)).toMatchObject({ recurrenceRule: expected, startsAt });
  });

  it.each([
    ['FREQ=MONTHLY;BYDAY=1TU', '2026-12-01T17:00', 24 * 60],
    ['FREQ=DAILY;BYHOUR=9,17', '2026-12-01T17:00', 60],
    ['FREQ=MONTHLY;BYMONTHDAY=-1', '2026-11-30T17:00', 24 * 60],
    ['FREQ=WEEKLY;BYDAY=MO,WE;BYMONTH=11,12', '2026-12-02T17:00', 24 * 60],
  ])('%s from %s by %d minutes cannot be', (rule, from, minutes) => {
    expect(movedSeries(series(rule), from, minutes)).toBeUndefined();
  });
});
