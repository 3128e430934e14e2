import { Injectable } from '@nestjs/common';
import { Database, type StreakKind } from '../../platform/database/index.js';
import { MoveTokens } from '../account/move-tokens.js';
import { Rewards } from '../rewards/rewards.js';
import { dueBonuses, type Reached } from './due-bonuses.js';
import type { StreakOf } from './mark-streak.js';
import type { Row } from './streak-of.js';

const inARow: Readonly<Record<StreakKind, string>> = { DAYS: 'days', COMPLETIONS: 'courses' };

/** Pays the bonuses that rows of a streak have reached. Under the lock of the person's account. */
@Injectable()
export class PayStreakBonuses {
  constructor(
    private readonly database: Database,
    private readonly moveTokens: MoveTokens,
    private readonly rewards: Rewards,
  ) {}

  async execute({ userId, kind }: StreakOf, rows: readonly Row[]): Promise<void> {
    const { bonuses } = this.rewards.streaks[kind];
    if (!rows.some(({ days }) => bonuses.some(({ length }) => length <= days.length))) return;
    const paid = await this.paid(userId, kind);
    for (const { length, day, tokens } of dueBonuses(rows, bonuses, paid))
      await this.moveTokens.execute({
        userId,
        type: 'BONUS',
        amount: BigInt(tokens),
        reason: `${length} ${inARow[kind]} in a row`,
        sourceEvent: `${sourcesOf(kind)}${length}:${day}`,
        actorId: 'system',
      });
  }

  private async paid(userId: string, kind: StreakKind): Promise<Reached[]> {
    const sources = sourcesOf(kind);
    const movements = await this.database.client.tokenTransaction.findMany({
      where: { userId, sourceEvent: { startsWith: sources } },
      select: { sourceEvent: true },
    });
    return movements.map(({ sourceEvent }) => {
      const [length, day = ''] = sourceEvent.slice(sources.length).split(':');
      return { length: Number(length), day };
    });
  }
}

/** What the sources of a kind's bonuses begin with: the length and the day on which it was reached follow. */
function sourcesOf(kind: StreakKind): string {
  return `streak:${kind}:`;
}
