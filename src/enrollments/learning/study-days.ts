import { dayOf, daysApart } from '../../platform/clock/index.js';

/** Days in a row on which something was learnt, and the last of them by the student's own calendar. */
export interface StudyDays {
  readonly streakDays: number;
  readonly lastStudyDay: string | null;
  readonly lastAccessedAt: Date | null;
}

/**
 * Counts a moment of learning. Several in one day count once, and a day that was missed begins anew. Who travels keeps the row: a day that a
 * journey over the date line left out was not missed, and one that it brings back has been counted.
 */
export function withStudyAt(
  { streakDays, lastStudyDay, lastAccessedAt }: StudyDays,
  at: Date,
  zone: string,
): { streakDays: number; lastStudyDay: string } {
  const day = dayOf(at, zone);
  if (lastStudyDay === null) return { streakDays: 1, lastStudyDay: day };
  if (day <= lastStudyDay) return { streakDays: Math.max(streakDays, 1), lastStudyDay };
  const days = daysApart({ day: lastStudyDay, at: lastAccessedAt }, { day, at, zone });
  return { streakDays: days <= 1 ? streakDays + 1 : 1, lastStudyDay: day };
}
