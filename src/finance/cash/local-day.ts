import { Temporal } from 'temporal-polyfill';

/*
 * Days are texts such as `2026-11-23`, as the calendar on the branch's wall shows them: they sort as they follow one another.
 */

export function dayOf(moment: Date, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(moment.getTime()).toZonedDateTimeISO(timeZone).toPlainDate().toString();
}

/** From when on and until before when it is that day there: 23 or 25 hours where the clocks are changed. */
export function spanOf(day: string, timeZone: string): { from: Date; until: Date } {
  const date = Temporal.PlainDate.from(day);
  const beginningOf = (one: Temporal.PlainDate) => new Date(one.toZonedDateTime(timeZone).epochMilliseconds);
  return { from: beginningOf(date), until: beginningOf(date.add({ days: 1 })) };
}

export function isDay(text: string): boolean {
  if (!/^2[01]\d\d-\d\d-\d\d$/.test(text)) return false;
  try {
    Temporal.PlainDate.from(text, { overflow: 'reject' });
    return true;
  } catch {
    return false;
  }
}
