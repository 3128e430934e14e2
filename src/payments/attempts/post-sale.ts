import { Injectable } from '@nestjs/common';
import { accounts, credit, debit, PostEntry } from '../../ledger/index.js';
import type { Prisma } from '../../platform/database/index.js';
import { Money } from '../../platform/money/index.js';
import { Earnings } from '../earnings/earnings.js';
import { PaymentStrategies } from '../ports/payment-strategy.js';
import type { AttemptRow } from './attempts.js';

/**
 * Books a sale: the buyer's funds against tax, the payee's share of the net, and the rest to where the thing sold says. Share and tax were
 * fixed when the session was created.
 */
@Injectable()
export class PostSale {
  constructor(
    private readonly postEntry: PostEntry,
    private readonly strategies: PaymentStrategies,
    private readonly earnings: Earnings,
  ) {}

  /** @returns what is to be written with the conclusion of the payment: the payee's share */
  async execute(attempt: AttemptRow): Promise<Prisma.Sql | undefined> {
    const gross = Money.of(attempt.total, attempt.currency);
    const tax = Money.of(attempt.taxAmount, attempt.currency);
    const net = gross.minus(tax);
    const share = attempt.payeeId ? net.share(attempt.shareBasisPoints) : Money.zero(attempt.currency);
    await this.postEntry.execute({
      kind: `${attempt.itemKind}.sold`,
      reference: `${attempt.paymentId}:sold`,
      object: { type: 'payment', id: attempt.paymentId },
      actor: attempt.userId,
      legs: [
        debit(this.strategies.of(attempt.provider).funds(attempt.userId), gross),
        credit(accounts.tax(attempt.taxCountry), tax),
        ...(attempt.payeeId ? [credit(accounts.earningsPending(attempt.payeeId), share)] : []),
        credit(attempt.income, net.minus(share)),
      ],
    });
    return attempt.payeeId ? this.earnings.begin(attempt.paymentId, attempt.payeeId, share) : undefined;
  }
}
