import { Injectable } from '@nestjs/common';
import { FriendsOf } from '../../identity/index.js';
import { Clock } from '../../platform/clock/index.js';
import { toCursorPage } from '../../platform/http/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import { type Circle, cursorOf, readCursor } from './leaderboard-cursor.js';
import type { LeaderboardDto, LeaderboardQuery } from './leaderboard.dto.js';
import {
  type BoardRequest,
  LeaderboardRepository,
  MARKS_LAST_SECONDS,
  type OwnRow,
  type PlayerRow,
} from './leaderboard.repository.js';
import { partsOf, runningPeriod } from './periods.js';
import { ranked } from './ranked.js';

@Injectable()
export class ReadLeaderboard {
  constructor(
    private readonly repository: LeaderboardRepository,
    private readonly friendsOf: FriendsOf,
    private readonly clock: Clock,
  ) {}

  global(userId: string, query: LeaderboardQuery): Promise<LeaderboardDto> {
    return this.page('global', userId, query, (request) =>
      this.repository.global(request, this.clock.in(-MARKS_LAST_SECONDS)),
    );
  }

  friends(userId: string, query: LeaderboardQuery): Promise<LeaderboardDto> {
    return this.page('friends', userId, query, async (request) =>
      this.repository.among(request, await this.friendsOf.execute(userId)),
    );
  }

  private async page(
    circle: Circle,
    userId: string,
    { period: kind, cursor, limit }: LeaderboardQuery,
    read: (request: BoardRequest) => Promise<{ own: OwnRow; players: PlayerRow[] }>,
  ): Promise<LeaderboardDto> {
    const now = this.clock.now();
    const after = cursor === undefined ? undefined : readCursor(cursor, circle, kind, now);
    const period = after?.period ?? runningPeriod(kind, now);
    const { own, players } = await read({ userId, period, after, limit: limit + 1 });
    const page = toCursorPage(ranked(players, after), limit, (last) => cursorOf({ circle, period, ...last }));
    return {
      period: kind,
      since: partsOf(period).since,
      data: page.data.map(({ rank, score, userId: id, name, profilePicture }) => ({
        rank,
        user: { id, name, profilePicture },
        score: toJsonAmount(score),
      })),
      nextCursor: page.nextCursor,
      own: { rank: own.ownRank, score: toJsonAmount(own.ownScore), listed: own.listed },
    };
  }
}
