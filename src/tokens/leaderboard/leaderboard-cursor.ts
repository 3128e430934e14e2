import { invalid } from '../../platform/errors/index.js';
import { keptPeriods, type LeaderboardPeriod, partsOf } from './periods.js';

/** Among whom: everybody, or somebody's friends and themselves. */
export type Circle = 'global' | 'friends';

/** The last row of a page. It carries its rank and how many stand before the next, so that a page costs the same however deep it is. */
export interface LastShown {
  readonly circle: Circle;
  /** As scores have it: what was begun on Sunday goes on with that week when Monday has come. */
  readonly period: string;
  readonly rank: number;
  readonly position: number;
  readonly score: bigint;
  readonly userId: string;
}

/** `global,WEEK:2026-11-16,3,4,120,usr_…` */
export const CURSOR =
  /^(global|friends),(ALL|(?:MONTH|WEEK):\d{4}-\d\d-\d\d),(\d{1,9}),(\d{1,9}),(\d{1,18}),(\w{1,64})$/;

export function cursorOf({ circle, period, rank, position, score, userId }: LastShown): string {
  return [circle, period, rank, position, score, userId].join(',');
}

/**
 * What a cursor says is only believed of periods whose scores are kept as their people want them.
 * @throws invalid unless it is one of that circle and that kind of period
 */
export function readCursor(cursor: string, circle: Circle, wanted: LeaderboardPeriod, now: Date): LastShown {
  const [, of, period = '', rank, position, score = '', userId = ''] = CURSOR.exec(cursor) ?? [];
  if (of !== circle || partsOf(period).kind !== wanted || !keptPeriods(now).includes(period))
    throw invalid('query/cursor', `cursor must be the \`nextCursor\` of a page of this leaderboard and of ${wanted}`);
  return { circle, period, rank: Number(rank), position: Number(position), score: BigInt(score), userId };
}
