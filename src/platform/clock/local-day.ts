import { Temporal } from 'temporal-polyfill';

/*
 * Days are texts such as `2026-11-23`, as the calendar on the branch's wall shows them: they sort as they follow one another.
 */

/** What the clocks of a zone show. */
export function onTheWall(moment: Date, timeZone: string): Temporal.PlainDateTime {
  return Temporal.Instant.fromEpochMilliseconds(moment.getTime()).toZonedDateTimeISO(timeZone).toPlainDateTime();
}

export function dayOf(moment: Date, timeZone: string): string {
  return onTheWall(moment, timeZone).toPlainDate().toString();
}

/** From when on and until before when it is that day there, or one up to `last`: 23 or 25 hours where the clocks are changed. */
export function spanOf(day: string, timeZone: string, last = day): { from: Date; until: Date } {
  const beginningOf = (one: Temporal.PlainDate) => new Date(one.toZonedDateTime(timeZone).epochMilliseconds);
  const dayAfter = Temporal.PlainDate.from(last).add({ days: 1 });
  return { from: beginningOf(Temporal.PlainDate.from(day)), until: beginningOf(dayAfter) };
}

/** From the date of one day or local time to the date of another. */
export function daysBetween(from: string, to: string): number {
  return Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: 'day' }).days;
}

/** The first day of the week (its Monday) or of the month that it is in UTC. */
export function firstDayOf(period: 'week' | 'month', moment: Date): string {
  const today = onTheWall(moment, 'UTC').toPlainDate();
  const first = period === 'month' ? today.with({ day: 1 }) : today.subtract({ days: today.dayOfWeek - 1 });
  return first.toString();
}

export function isDay(value: unknown): boolean {
  if (typeof value !== 'string' || !/^2[01]\d\d-\d\d-\d\d$/.test(value)) return false;
  try {
    Temporal.PlainDate.from(value, { overflow: 'reject' });
    return true;
  } catch {
    return false;
  }
}
