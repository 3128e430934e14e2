import { Injectable } from '@nestjs/common';
import { RecordAudit } from '../../platform/audit/index.js';
import type { Principal } from '../../platform/auth/index.js';
import { Database, Transactional } from '../../platform/database/index.js';
import { invalid, notFound } from '../../platform/errors/index.js';
import { currentIdempotencyKey } from '../../platform/idempotency/index.js';
import { newId } from '../../platform/ids/index.js';
import type { AwardTokensDto, TokenTransactionDto } from '../tokens.dto.js';
import { MoveTokens } from './move-tokens.js';
import { ShowTransactions } from './show-transactions.js';

/** An admin gives somebody tokens, or takes some back. */
@Injectable()
export class AwardTokens {
  constructor(
    private readonly moveTokens: MoveTokens,
    private readonly showTransactions: ShowTransactions,
    private readonly database: Database,
    private readonly audit: RecordAudit,
  ) {}

  /** Contends on the person's account. @throws Problems.validation, not found, TokenProblems.insufficient */
  @Transactional()
  async execute(
    { userId, amount, reason }: AwardTokensDto,
    { userId: actorId }: Principal,
  ): Promise<TokenTransactionDto> {
    if (amount === 0) throw invalid('amount', 'amount must not be 0');
    const user = await this.database.client.user.findUnique({ where: { id: userId }, select: { id: true } });
    if (!user) throw notFound('User');
    const { transaction, isNew } = await this.moveTokens.execute({
      ...{ userId, type: amount > 0 ? 'AWARD' : 'ADJUSTMENT', amount: BigInt(amount), reason, actorId },
      sourceEvent: `award:${actorId}:${currentIdempotencyKey() ?? newId('tokenTransaction')}`,
    });
    const shown = await this.showTransactions.one(transaction.id);
    if (isNew)
      await this.audit.execute({
        ...{ actorId, action: 'tokens.awarded', objectType: 'user', objectId: userId, reason },
        before: { balance: shown.balance - shown.amount },
        after: { balance: shown.balance, amount, transactionId: shown.id },
      });
    return shown;
  }
}
