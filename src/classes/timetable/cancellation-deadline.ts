import type { Temporal } from 'temporal-polyfill';
import { onTheWall } from '../../platform/clock/index.js';

/** Hours in which the clock of cancellation windows stands still, local times such as `22:00`. */
interface Night {
  readonly start: string;
  /** On the next day when it is before the start. */
  readonly end: string;
}

export function nightOf(branch: { nightStart: string | null; nightEnd: string | null }): Night | null {
  const { nightStart: start, nightEnd: end } = branch;
  return start !== null && end !== null ? { start, end } : null;
}

/**
 * Until when a student may cancel: so long before the start, not counting the night. Night by night is gone back from the start until what
 * lies between them makes up the window.
 */
export function cancellationDeadline(start: Date, windowMinutes: number, night: Night | null, timeZone: string): Date {
  let left = windowMinutes * 60_000;
  let at = start.getTime();
  if (!night) return new Date(at - left);
  let day = onTheWall(start, timeZone).toPlainDate();
  for (; left > 0; day = day.subtract({ days: 1 })) {
    const { from, to } = nightOn(day, night, timeZone);
    if (from >= at) continue;
    const awake = Math.max(0, at - to);
    if (awake >= left) return new Date(at - left);
    left -= awake;
    at = from;
  }
  return new Date(at);
}

/** The night that begins on a day, as moments. */
function nightOn(day: Temporal.PlainDate, { start, end }: Night, timeZone: string): { from: number; to: number } {
  const moment = (date: Temporal.PlainDate, plainTime: string) =>
    date.toZonedDateTime({ timeZone, plainTime }).epochMilliseconds;
  return { from: moment(day, start), to: moment(end > start ? day : day.add({ days: 1 }), end) };
}
