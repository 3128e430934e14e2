import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma, type TokenTransactionType } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { EventBus } from '../../platform/events/index.js';
import { newId } from '../../platform/ids/index.js';
import { runningPeriods } from '../leaderboard/periods.js';
import { TokensAwarded } from '../tokens.events.js';
import { TokenProblems } from '../tokens.problems.js';
import { type LockedAccount, LockTokenAccount } from './lock-token-account.js';

export type TokenTransactionRow = Prisma.TokenTransactionGetPayload<object>;

export interface TokenMovement {
  readonly userId: string;
  readonly type: TokenTransactionType;
  /** What comes, or goes when it is negative. */
  readonly amount: bigint;
  /** Why, as the person reads it. */
  readonly reason: string;
  /** What brings it about: once for a person. */
  readonly sourceEvent: string;
  /** A user, or `system`. */
  readonly actorId: string;
}

/** Everything that moves tokens, in the caller's transaction. Contends on the person's account. */
@Injectable()
export class MoveTokens {
  constructor(
    private readonly lockTokenAccount: LockTokenAccount,
    private readonly database: Database,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /**
   * @returns the movement, and whether it is new: what has been moved for its source before stays as it is
   * @throws TokenProblems.insufficient
   */
  async execute(movement: TokenMovement): Promise<{ transaction: TokenTransactionRow; isNew: boolean }> {
    const { userId, sourceEvent, amount } = movement;
    const account = await this.lockTokenAccount.execute(userId);
    const before = await this.database.client.tokenTransaction.findUnique({
      where: { userId_sourceEvent: { userId, sourceEvent } },
    });
    if (before) return { transaction: before, isNew: false };
    const balance = account.balance + amount;
    if (balance < 0n)
      throw new DomainError(TokenProblems.insufficient, `${-amount} are needed, and ${account.balance} are there`);
    const sequence = account.sequence + 1;
    await this.database.client.tokenAccount.update({ where: { userId }, data: { balance, sequence } });
    const now = this.clock.now();
    const transaction = await this.database.client.tokenTransaction.create({
      data: { ...movement, id: newId('tokenTransaction'), sequence, balance, createdAt: now },
    });
    if (movement.type !== 'REDEEM') await this.score(movement, account, now);
    if (movement.type === 'AWARD' || movement.type === 'BONUS')
      await this.events.publish(new TokensAwarded(transaction.id, userId));
    return { transaction, isNew: true };
  }

  private async score({ userId, amount }: TokenMovement, { listed }: LockedAccount, now: Date): Promise<void> {
    await this.database.execute(Prisma.sql`
      INSERT INTO token_scores AS s (period, user_id, score, listed)
      SELECT period, ${userId}, ${amount}::bigint, ${listed} FROM unnest(${runningPeriods(now)}::text[]) period
      ON CONFLICT (period, user_id) DO UPDATE SET score = s.score + excluded.score`);
  }
}
