import { firstDayOf } from '../../platform/clock/index.js';

/** What a leaderboard counts: everything, or what was earned since the first of the month or since Monday, 00:00 in UTC. */
export const LEADERBOARD_PERIODS = ['ALL', 'MONTH', 'WEEK'] as const;
export type LeaderboardPeriod = (typeof LEADERBOARD_PERIODS)[number];

/** The name of the period that runs, as scores have it: `ALL`, `MONTH:2026-11-01`, `WEEK:2026-11-16`. */
export function runningPeriod(period: LeaderboardPeriod, now: Date): string {
  if (period === 'ALL') return period;
  return `${period}:${firstDayOf(period === 'MONTH' ? 'month' : 'week', now)}`;
}
