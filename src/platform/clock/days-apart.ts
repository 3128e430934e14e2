import { dayOf, spanOf } from './local-day.js';

/** A local day, the moment on it that it was told by, and the zone that it was told in, as far as they are known. */
interface LocalDay {
  readonly day: string;
  readonly at: Date | null;
  readonly zone?: string;
}

const DAY_MS = 24 * 3_600_000;

/**
 * How many days later the second is, of two that somebody lived through: 1 for one after the other, 0 or less for a day that a journey
 * brought back. Who travels is read as kindly as can be: as the days were told, or as the calendar of either place has both moments, whichever
 * says less. So neither a day that a journey left out nor one that a place never had was missed.
 */
export function daysApart(earlier: LocalDay, later: { day: string; at: Date; zone: string }): number {
  // Days without a zone are those of UTC, which have 24 hours; thousands are compared at once.
  const told = (Date.parse(later.day) - Date.parse(earlier.day)) / DAY_MS;
  // No place can make that a day that was missed.
  if (told <= 1 || earlier.at === null) return told;
  const zones = new Set([later.zone, earlier.zone ?? later.zone]);
  const { at } = earlier;
  return Math.min(told, ...[...zones].map((zone) => daysPassed(at, later.at, zone)));
}

/** Days that there were in a zone, which is fewer than those of the calendar where one was left out (Samoa had no 30 December 2011). */
function daysPassed(from: Date, to: Date, zone: string): number {
  const beginning = (moment: Date) => spanOf(dayOf(moment, zone), zone).from.getTime();
  // Days of 23 or 25 hours do not add up to half of one: what is gained in spring is lost in autumn.
  return Math.round((beginning(to) - beginning(from)) / DAY_MS);
}
