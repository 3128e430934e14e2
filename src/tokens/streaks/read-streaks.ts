import { Injectable } from '@nestjs/common';
import { Clock, dayOf } from '../../platform/clock/index.js';
import { Database, type Prisma, StreakKind } from '../../platform/database/index.js';
import { Rewards } from '../rewards/rewards.js';
import { missedBetween } from './streak-of.js';
import type { StreakDto } from './streaks.dto.js';

type StreakRow = Prisma.StreakGetPayload<object>;

/** A person's streaks as they stand at this moment, where they are: one of each kind. */
@Injectable()
export class ReadStreaks {
  constructor(
    private readonly database: Database,
    private readonly rewards: Rewards,
    private readonly clock: Clock,
  ) {}

  async execute(userId: string): Promise<StreakDto[]> {
    const streaks = await this.database.client.streak.findMany({ where: { userId } });
    const { timeZone } = await this.database.client.user.findUniqueOrThrow({
      where: { id: userId },
      select: { timeZone: true },
    });
    return Object.values(StreakKind).map((kind) => {
      const streak = streaks.find((one) => one.kind === kind);
      return streak ? this.asOfNow(streak, timeZone) : { kind, current: 0, longest: 0, freezes: 0, lastDay: null };
    });
  }

  /** As if it were gone on with now: what was missed until then takes its freezes, or ends it. */
  private asOfNow({ kind, length, longest, freezes, ...last }: StreakRow, zone: string): StreakDto {
    const { lastDay, lastAt } = last;
    const at = this.clock.now();
    const now = { day: dayOf(at, zone), zone, at };
    const missed = missedBetween({ day: lastDay, zone: last.zone, at: lastAt }, now, this.rewards.streaks[kind]);
    const stands = missed <= freezes;
    return { kind, current: stands ? length : 0, longest, freezes: stands ? freezes - missed : freezes, lastDay };
  }
}
