import { firstDayOf } from '../../platform/clock/index.js';

/** What a leaderboard counts: everything, or what was earned since the first of the month or since Monday, 00:00 in UTC. */
export const LEADERBOARD_PERIODS = ['ALL', 'MONTH', 'WEEK'] as const;
export type LeaderboardPeriod = (typeof LEADERBOARD_PERIODS)[number];

/** For how long scores of a month or a week are kept, from its first day on. */
export const KEPT_DAYS = 400;

const DAY_MS = 86_400_000;

/** The name of the period that runs, as scores have it: `ALL`, `MONTH:2026-11-01`, `WEEK:2026-11-16`. */
export function runningPeriod(period: LeaderboardPeriod, now: Date): string {
  if (period === 'ALL') return period;
  return `${period}:${firstDayOf(period === 'MONTH' ? 'month' : 'week', now)}`;
}

/** The names of all that run. */
export function runningPeriods(now: Date): string[] {
  return LEADERBOARD_PERIODS.map((period) => runningPeriod(period, now));
}

/** The names of all of which there may be scores that anybody can see. */
export function keptPeriods(now: Date): string[] {
  // No month is shorter than four weeks, so none is stepped over.
  const steps = (days: number) =>
    Array.from(
      { length: Math.ceil(KEPT_DAYS / days) + 1 },
      (_, step) => new Date(now.getTime() - step * days * DAY_MS),
    );
  const months = steps(28).map((moment) => runningPeriod('MONTH', moment));
  const weeks = steps(7).map((moment) => runningPeriod('WEEK', moment));
  return ['ALL', ...new Set([...months, ...weeks])];
}

/** What of a name is the kind, and what the first day. */
export function partsOf(name: string): { kind: string; since: string | null } {
  const [kind = '', since = null] = name.split(':');
  return { kind, since };
}
