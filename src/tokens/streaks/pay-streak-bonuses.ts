import { Injectable } from '@nestjs/common';
import { Database, type StreakKind } from '../../platform/database/index.js';
import { LockTokenAccount } from '../account/lock-token-account.js';
import { MoveTokens } from '../account/move-tokens.js';
import { Rewards } from '../rewards/rewards.js';
import { dueBonuses, type Reached, surplusBonuses } from './due-bonuses.js';
import type { Row, StreakOf } from './streak-of.js';

/** A bonus that was paid, what for, and how often it has moved: an even number of times when it was taken back. */
interface Paid extends Reached {
  readonly amount: bigint;
  readonly moves: number;
}

const inARow: Readonly<Record<StreakKind, string>> = { DAYS: 'days', COMPLETIONS: 'courses' };

/** Pays the bonuses that rows of a streak have reached, so that they are what the marks come to. Under the lock of the person's account. */
@Injectable()
export class PayStreakBonuses {
  constructor(
    private readonly database: Database,
    private readonly lockTokenAccount: LockTokenAccount,
    private readonly moveTokens: MoveTokens,
    private readonly rewards: Rewards,
  ) {}

  /** @param before the rows without the mark that is new; @param changed those that it changed, with it */
  async execute(whose: StreakOf, before: readonly Row[], changed: readonly Row[]): Promise<void> {
    const known = await this.paid(whose);
    const paid = known.filter(({ moves }) => moves % 2 === 1);
    for (const { tokens, ...reached } of dueBonuses(changed, this.rewards.streaks[whose.kind].bonuses, paid)) {
      const moved = known.find(({ length, day }) => length === reached.length && day === reached.day);
      await this.pay(whose, { moves: 0, ...moved, ...reached, amount: BigInt(tokens) });
    }
    for (const one of surplusBonuses(before, changed, paid)) await this.takeBack(whose, one);
  }

  private async pay(whose: StreakOf, paid: Paid): Promise<void> {
    const reason = inWords(whose, paid);
    await this.move(whose, { ...paid, type: 'BONUS', reason });
  }

  /** Nobody owes tokens: of what has been spent nothing is asked back. */
  private async takeBack(whose: StreakOf, paid: Paid): Promise<void> {
    const { balance } = await this.lockTokenAccount.execute(whose.userId);
    if (balance < paid.amount) return;
    const reason = `${inWords(whose, paid)}: paid before all of them were known`;
    await this.move(whose, { ...paid, amount: -paid.amount, type: 'ADJUSTMENT', reason });
  }

  private async move(
    { userId, kind }: StreakOf,
    { length, day, moves, ...what }: Paid & { type: 'BONUS' | 'ADJUSTMENT'; reason: string },
  ): Promise<void> {
    const sourceEvent = [`${sourcesOf(kind)}${length}`, day, ...(moves > 0 ? [moves] : [])].join(':');
    await this.moveTokens.execute({ userId, ...what, sourceEvent, actorId: 'system' });
  }

  private async paid({ userId, kind }: StreakOf): Promise<Paid[]> {
    const sources = sourcesOf(kind);
    const movements = await this.database.client.tokenTransaction.findMany({
      where: { userId, sourceEvent: { startsWith: sources } },
      orderBy: { sequence: 'asc' },
      select: { sourceEvent: true, amount: true },
    });
    const paid = new Map<string, Paid>();
    for (const { sourceEvent, amount } of movements) {
      const [length, day = ''] = sourceEvent.slice(sources.length).split(':');
      const moves = (paid.get(`${length} ${day}`)?.moves ?? 0) + 1;
      paid.set(`${length} ${day}`, { length: Number(length), day, amount, moves });
    }
    return [...paid.values()];
  }
}

/** What the sources of a kind's bonuses begin with: the length and the day on which it was reached follow, and the number of a later move. */
function sourcesOf(kind: StreakKind): string {
  return `streak:${kind}:`;
}

function inWords({ kind }: StreakOf, { length }: Reached): string {
  return `${length} ${inARow[kind]} in a row`;
}
