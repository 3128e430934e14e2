import { Injectable } from '@nestjs/common';
import { accounts, credit, debit, PostEntry } from '../../ledger/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Money } from '../../platform/money/index.js';
import type { AttemptRow } from './attempts.js';

/**
 * Books a sale: what the provider owes us, the payee's share of it, and the rest as our revenue. The share was fixed when the session
 * was created.
 */
@Injectable()
export class PostSale {
  constructor(
    private readonly postEntry: PostEntry,
    private readonly clock: Clock,
  ) {}

  async execute(attempt: AttemptRow): Promise<void> {
    const gross = Money.of(attempt.total, attempt.currency);
    const share = attempt.payeeId ? gross.share(attempt.shareBasisPoints) : Money.zero(attempt.currency);
    await this.postEntry.execute({
      kind: `${attempt.itemKind}.sold`,
      reference: `${attempt.paymentId}:sold`,
      object: { type: 'payment', id: attempt.paymentId },
      effectiveAt: this.clock.now(),
      actor: attempt.userId,
      legs: [
        debit(accounts.provider(attempt.provider), gross),
        ...(attempt.payeeId ? [credit(accounts.earningsPending(attempt.payeeId), share)] : []),
        credit(accounts.revenue(attempt.revenueAccount), gross.minus(share)),
      ],
    });
  }
}
