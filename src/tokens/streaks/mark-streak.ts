import { Injectable } from '@nestjs/common';
import { Database, Transactional } from '../../platform/database/index.js';
import { LockTokenAccount } from '../account/lock-token-account.js';
import { Rewards } from '../rewards/rewards.js';
import { PayStreakBonuses } from './pay-streak-bonuses.js';
import { isBefore, type Mark, streakOf, type StreakOf, type StreakState } from './streak-of.js';

/** Writes down what keeps a streak going, and what all marks of its kind come to from then on, with the bonuses that it brings. */
@Injectable()
export class MarkStreak {
  constructor(
    private readonly lockTokenAccount: LockTokenAccount,
    private readonly payStreakBonuses: PayStreakBonuses,
    private readonly database: Database,
    private readonly rewards: Rewards,
  ) {}

  /**
   * Contends on the person's account, under which their marks are read and written; (person, kind, source) is unique. Of several moments of
   * one day the first counts, whichever becomes known first.
   */
  @Transactional()
  async execute(whose: StreakOf, mark: Mark): Promise<void> {
    await this.lockTokenAccount.execute(whose.userId);
    const known = await this.database.client.streakMark.findMany({ where: { userId: whose.userId, kind: whose.kind } });
    const others = known.filter(({ source }) => source !== mark.source);
    if (!known.every((one) => one.source !== mark.source || isBefore(mark, one))) return;
    const rules = this.rewards.streaks[whose.kind];
    const before = streakOf(known, rules);
    const after = streakOf([mark, ...others], rules);
    await this.write(whose, mark);
    await this.keep(whose, after);
    // A mark changes nothing in rows that ended before it.
    const changed = after.rows.filter(({ until }) => until >= mark.at);
    await this.payStreakBonuses.execute(whose, before?.rows ?? [], changed);
  }

  private async write({ userId, kind }: StreakOf, mark: Mark): Promise<void> {
    const id = { userId_kind_source: { userId, kind, source: mark.source } };
    await this.database.client.streakMark.upsert({ where: id, create: { userId, kind, ...mark }, update: mark });
  }

  private async keep({ userId, kind }: StreakOf, { rows, longest, freezes, last }: StreakState): Promise<void> {
    const length = rows.at(-1)?.days.length ?? 0;
    const streak = { length, longest, freezes, lastDay: last.day, zone: last.zone, lastAt: last.at };
    await this.database.client.streak.upsert({
      where: { userId_kind: { userId, kind } },
      create: { userId, kind, ...streak },
      update: streak,
    });
  }
}
