import { dayOf, daysBetween } from '../../platform/clock/index.js';

/** Days in a row on which something was learnt, and the last of them by the student's own calendar. */
export interface StudyDays {
  readonly streakDays: number;
  readonly lastStudyDay: string | null;
  readonly lastAccessedAt: Date | null;
}

/** No day is shorter, not even one on which the clocks are put forward. */
const SHORTEST_DAY_MS = 23 * 3_600_000;

/**
 * Counts a moment of learning. Several in one day count once, and a day that was missed begins anew. Who travels keeps the row: a day that a
 * journey over the date line left out was not missed, and one that it brings back has been counted.
 */
export function withStudyAt(
  { streakDays, lastStudyDay, lastAccessedAt }: StudyDays,
  now: Date,
  timeZone: string,
): { streakDays: number; lastStudyDay: string } {
  const today = dayOf(now, timeZone);
  if (lastStudyDay === null) return { streakDays: 1, lastStudyDay: today };
  const days = daysBetween(lastStudyDay, today);
  if (days <= 0) return { streakDays: Math.max(streakDays, 1), lastStudyDay };
  const justNow = lastAccessedAt !== null && now.getTime() - lastAccessedAt.getTime() < SHORTEST_DAY_MS;
  return { streakDays: days === 1 || justNow ? streakDays + 1 : 1, lastStudyDay: today };
}
