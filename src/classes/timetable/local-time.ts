import { Temporal } from 'temporal-polyfill';
import { onTheWall } from '../../platform/clock/index.js';

/*
 * Local times are texts such as `2026-11-23T17:00`: what the clocks on the branch's walls show. They sort as they follow one another.
 */

/** When the clocks of a zone show this; the first time where they show it twice, and as much later where they leap over it. */
export function toMoment(local: string, timeZone: string): Date {
  return new Date(Temporal.PlainDateTime.from(local).toZonedDateTime(timeZone).epochMilliseconds);
}

/** What the clocks of a zone show, to the minute. */
export function toLocal(moment: Date, timeZone: string): string {
  return inMinutes(onTheWall(moment, timeZone));
}

export function addMinutes(local: string, minutes: number): string {
  return inMinutes(Temporal.PlainDateTime.from(local).add({ minutes }));
}

/** From one local time to another, on the clock: a day is 24 hours whatever the zone does. */
export function minutesBetween(from: string, to: string): number {
  return Temporal.PlainDateTime.from(from).until(Temporal.PlainDateTime.from(to), { largestUnit: 'minute' }).minutes;
}

export function isLocalTime(text: string): boolean {
  if (!/^2[01]\d\d-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d$/.test(text)) return false;
  try {
    Temporal.PlainDateTime.from(text, { overflow: 'reject' });
    return true;
  } catch {
    return false;
  }
}

function inMinutes(local: Temporal.PlainDateTime): string {
  return local.toString({ smallestUnit: 'minute' });
}
