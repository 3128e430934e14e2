import { Injectable } from '@nestjs/common';
import { accounts, credit, debit, LedgerRefusal, PostEntry, ReadReceivables } from '../../ledger/index.js';
import { PaymentProblems } from '../../payments/index.js';
import { RecordAudit } from '../../platform/audit/index.js';
import { isAdmin, type Principal } from '../../platform/auth/index.js';
import { Database, Transactional } from '../../platform/database/index.js';
import { DomainError, Problems } from '../../platform/errors/index.js';
import { currentIdempotencyKey } from '../../platform/idempotency/index.js';
import { newId } from '../../platform/ids/index.js';
import { Money } from '../../platform/money/index.js';
import type { TransferDto, TransferredDto } from './wallets.dto.js';
import { WalletProblems } from './wallets.problems.js';

/** Moves money from one wallet to another: one's own, or, audited, anyone's by an admin. */
@Injectable()
export class Transfer {
  constructor(
    private readonly postEntry: PostEntry,
    private readonly readReceivables: ReadReceivables,
    private readonly database: Database,
    private readonly audit: RecordAudit,
  ) {}

  /** Contends on the two wallets' rows, which the ledger locks in the order of their accounts. */
  @Transactional()
  async execute(transfer: TransferDto, principal: Principal): Promise<TransferredDto> {
    const { toUserId, fromUserId = principal.userId, amount, currency, reason } = transfer;
    if (fromUserId !== principal.userId) this.checkMandate(principal, reason);
    if (toUserId === fromUserId) throw new DomainError(WalletProblems.toOneself);
    if (await this.readReceivables.owes(fromUserId)) throw new DomainError(WalletProblems.owing);
    const recipient = await this.database.client.user.findUnique({ where: { id: toUserId }, select: { id: true } });
    if (!recipient) throw new DomainError(WalletProblems.unknownRecipient);

    const money = Money.of(amount, currency);
    // A request resumed under its key has the same reference, and so is the same transfer.
    const key = currentIdempotencyKey();
    try {
      const entryId = await this.postEntry.execute({
        kind: 'wallet.transfer',
        reference: key === undefined ? newId('transfer') : `transfer:${principal.userId}:${key}`,
        object: { type: 'wallet', id: fromUserId },
        actor: principal.userId,
        legs: [debit(accounts.wallet(fromUserId), money), credit(accounts.wallet(toUserId), money)],
      });
      if (entryId === undefined) throw new Error('a transfer above 0 moved nothing');
      if (fromUserId !== principal.userId) await this.record(entryId, transfer, principal);
      return { entryId, amount, currency };
    } catch (error) {
      if (error instanceof LedgerRefusal && error.rule === 'insufficient')
        throw new DomainError(PaymentProblems.insufficientBalance);
      throw error;
    }
  }

  private checkMandate(principal: Principal, reason: string | undefined): void {
    if (!isAdmin(principal)) throw new DomainError(Problems.forbidden, 'Only an admin transfers from another wallet');
    if (reason === undefined) throw new DomainError(WalletProblems.reasonMissing);
  }

  private async record(
    entryId: string,
    { toUserId, fromUserId, amount, currency, reason }: TransferDto,
    { userId }: Principal,
  ): Promise<void> {
    await this.audit.execute({
      actorId: userId,
      action: 'wallet.transferred',
      objectType: 'wallet',
      objectId: fromUserId ?? userId,
      after: { entryId, toUserId, amount, currency },
      reason,
    });
  }
}
