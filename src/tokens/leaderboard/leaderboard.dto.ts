import { PersonDto } from '../../identity/index.js';
import { Choice, Flag, ListOf, Nested, Text, Whole } from '../../platform/http/index.js';
import { CURSOR } from './leaderboard-cursor.js';
import { LEADERBOARD_PERIODS, type LeaderboardPeriod } from './periods.js';

const rank =
  'From 1; those with the same score share one, and those after them are as far down as if they had not (1, 2, 2, 4)';

export class LeaderboardQuery {
  @Choice(LEADERBOARD_PERIODS, {
    description:
      'All that was ever earned, or since the first of the month, or since Monday, 00:00 in UTC; ALL when omitted',
    optional: true,
  })
  period: LeaderboardPeriod = 'ALL';

  @Text({
    description: '`nextCursor` of the page before, of the same leaderboard and period',
    optional: true,
    pattern: CURSOR,
    wanted: 'the `nextCursor` of a page',
  })
  cursor?: string;

  @Whole({ description: 'People a page, at most 100', optional: true, query: true, min: 1, max: 100, default: 20 })
  limit: number = 20;
}

export class RankedDto {
  @Whole({ description: rank, min: 1 })
  rank: number;

  @Nested(() => PersonDto, { description: 'Who' })
  user: PersonDto;

  @Whole({ description: 'Tokens earned in the period', min: 1 })
  score: number;
}

export class OwnRankDto {
  @Whole({
    description: 'Yours, as others would see it; after everybody while your score is not above 0. At most a minute old',
    min: 1,
  })
  rank: number;

  @Whole({
    description: 'Tokens that you have earned in the period; below 0 when more was taken back in it than given',
    min: Number.MIN_SAFE_INTEGER,
  })
  score: number;

  @Flag({ description: 'Whether others see you' })
  listed: boolean;
}

export class LeaderboardDto {
  @Choice(LEADERBOARD_PERIODS, { description: 'What is counted' })
  period: LeaderboardPeriod;

  @Text({ description: 'From which day on, in UTC, such as `2026-11-16`; null for ALL', nullable: true })
  since: string | null;

  @ListOf(() => RankedDto, {
    description: 'Whoever has a score above 0 and has not opted out, the highest first',
    max: 100,
  })
  data: RankedDto[];

  @Text({ description: 'Pass it as `cursor` for the next page; null on the last', nullable: true })
  nextCursor: string | null;

  @Nested(() => OwnRankDto, { description: 'Where you stand yourself' })
  own: OwnRankDto;
}

export class ListingDto {
  @Flag({ description: 'Whether others see you in leaderboards' })
  listed: boolean;
}
