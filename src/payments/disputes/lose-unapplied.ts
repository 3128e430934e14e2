import { Injectable } from '@nestjs/common';
import { accounts, credit, debit, PostEntry } from '../../ledger/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database } from '../../platform/database/index.js';
import type { Money } from '../../platform/money/index.js';
import type { PaidPayment } from '../refunds/paid-payments.js';
import { ReturnUnapplied } from '../refunds/return-unapplied.js';

/** A bank has kept money that fitted nothing and still lay with us: the buyer has it back that way, and nothing is owed any more. */
@Injectable()
export class LoseUnapplied {
  constructor(
    private readonly returnUnapplied: ReturnUnapplied,
    private readonly postEntry: PostEntry,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * In the caller's transaction, which holds the payment's row.
   * @returns false when none of it lies with us: it was given back, or is on its way, and what the bank took is a loss
   */
  async execute(payment: PaidPayment, transactionId: string, amount: Money): Promise<boolean> {
    const stranded = await this.returnUnapplied.stranded(payment.id, transactionId);
    if (stranded?.amount !== amount.minor) return false;
    const id = await this.returnUnapplied.execute(
      payment,
      { refundId: stranded.id },
      { reason: 'Lost in a dispute', requestedBy: 'provider' },
    );
    await this.postEntry.execute({
      kind: 'refund.done',
      reference: `${id}:done`,
      object: { type: 'payment', id: payment.id },
      actor: 'system',
      legs: [debit(accounts.refundsPending, amount), credit(accounts.disputed, amount)],
    });
    await this.database.client.refund.update({
      where: { id },
      data: { status: 'SUCCEEDED', settledAt: this.clock.now() },
    });
    return true;
  }
}
