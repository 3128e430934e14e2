import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../../platform/database/index.js';
import type { LastShown } from './leaderboard-cursor.js';

/** Older marks are not used: a rank is at most a minute old. */
export const MARKS_LAST_SECONDS = 60;

export interface PlayerRow {
  readonly userId: string;
  readonly name: string;
  readonly profilePicture: string | null;
  readonly score: bigint;
}

export interface OwnRow {
  readonly ownRank: number;
  readonly ownScore: bigint;
  readonly listed: boolean;
}

export interface BoardRequest {
  readonly userId: string;
  /** As scores have it. */
  readonly period: string;
  readonly after?: LastShown;
  readonly limit: number;
}

type BoardRow = OwnRow & (PlayerRow | Record<keyof PlayerRow, null>);

const { sql } = Prisma;

/** Pages of leaderboards, each with the rank of who asks, in one statement and so of one moment. */
@Injectable()
export class LeaderboardRepository {
  constructor(private readonly database: Database) {}

  /** @param since counts of ranks that are older are not used */
  global(request: BoardRequest, since: Date): Promise<{ own: OwnRow; players: PlayerRow[] }> {
    const { period } = request;
    const shown = sql`SELECT user_id, score FROM token_scores WHERE period = ${period} AND listed AND score > 0`;
    // From the lowest mark above: a few steps away. Where there is none, everybody above is counted.
    const standing = sql`
      SELECT own.score, own.listed, 1 + coalesce(mark.reached, 0) + (
        SELECT count(*)::integer FROM token_scores s WHERE s.period = ${period} AND s.listed AND s.score > 0
          AND s.score > own.score AND s.score < coalesce(mark.score, 9223372036854775807)) AS rank
      FROM own LEFT JOIN LATERAL (
        SELECT m.score, m.reached FROM leaderboard_marks m JOIN leaderboards b ON b.period = m.period
        WHERE m.period = ${period} AND m.score > greatest(own.score, 0) AND b.counted_at >= ${since}
        ORDER BY m.score LIMIT 1
      ) mark ON true`;
    return this.read(request, sql`standing AS MATERIALIZED (${standing})`, shown);
  }

  /** @param among whom else it is about; who asks is one of them */
  among(request: BoardRequest, among: readonly string[]): Promise<{ own: OwnRow; players: PlayerRow[] }> {
    const { period, userId } = request;
    const circle = sql`
      circle AS MATERIALIZED (
        SELECT user_id, score FROM token_scores
        WHERE period = ${period} AND user_id = ANY (${[...among, userId]}::text[]) AND listed AND score > 0
      ), standing AS MATERIALIZED (
        SELECT score, listed, 1 + (SELECT count(*)::integer FROM circle c WHERE c.score > own.score) AS rank FROM own)`;
    return this.read(request, circle, sql`SELECT user_id, score FROM circle WHERE true`);
  }

  private async read(
    { userId, period, after, limit }: BoardRequest,
    standing: Prisma.Sql,
    shown: Prisma.Sql,
  ): Promise<{ own: OwnRow; players: PlayerRow[] }> {
    const below = after ? sql`AND (score, user_id) < (${after.score}::bigint, ${after.userId})` : Prisma.empty;
    const rows = await this.database.rows<BoardRow>(sql`
      WITH own AS MATERIALIZED (
        SELECT coalesce(s.score, 0) AS score, coalesce(a.listed, true) AS listed
        FROM (SELECT ${userId}::text AS user_id) me LEFT JOIN token_accounts a ON a.user_id = me.user_id
          LEFT JOIN token_scores s ON s.period = ${period} AND s.user_id = me.user_id
      ), ${standing}
      SELECT o.rank AS "ownRank", o.score AS "ownScore", o.listed, p.user_id AS "userId", p.name, p.profile_picture AS "profilePicture", p.score
      FROM standing o LEFT JOIN (
        SELECT page.user_id, page.score, u.name, u.profile_picture
        FROM (${shown} ${below} ORDER BY score DESC, user_id DESC LIMIT ${limit}) page JOIN users u ON u.id = page.user_id
      ) p ON true
      ORDER BY p.score DESC, p.user_id DESC`);
    const [own] = rows;
    if (!own) throw new Error('a leaderboard has no own rank');
    return { own, players: rows.filter((row) => row.userId !== null) };
  }
}
