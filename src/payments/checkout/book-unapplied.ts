import { Injectable } from '@nestjs/common';
import { accounts, credit, debit, PostEntry } from '../../ledger/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database } from '../../platform/database/index.js';
import { EventBus } from '../../platform/events/index.js';
import { newId } from '../../platform/ids/index.js';
import type { Money } from '../../platform/money/index.js';
import { PaymentUnapplied } from '../payments.events.js';
import { PaymentStrategies } from '../ports/payment-strategy.js';
import type { AttemptRow } from './attempts.js';

/** Books money that fits nothing (wrong amount, a second time, no longer to be had) as a liability and marks it for refund. */
@Injectable()
export class BookUnapplied {
  constructor(
    private readonly postEntry: PostEntry,
    private readonly strategies: PaymentStrategies,
    private readonly database: Database,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /** Whether this movement of money is booked as unapplied already. */
  async knows(transactionId: string): Promise<boolean> {
    return (await this.database.client.refund.count({ where: { transactionId } })) > 0;
  }

  async execute(attempt: AttemptRow, received: Money, transactionId: string, reason: string): Promise<void> {
    // Once per movement of money: a report heard again about the same one changes nothing.
    const { count } = await this.database.client.refund.createMany({
      data: {
        id: newId('refund'),
        paymentId: attempt.paymentId,
        transactionId,
        amount: received.minor,
        currency: received.currency,
        reason,
        createdAt: this.clock.now(),
      },
      skipDuplicates: true,
    });
    if (count === 0) return;
    await this.postEntry.execute({
      kind: 'payment.unapplied',
      reference: `${attempt.paymentId}:unapplied:${transactionId}`,
      object: { type: 'payment', id: attempt.paymentId },
      effectiveAt: this.clock.now(),
      actor: attempt.userId,
      legs: [
        debit(this.strategies.of(attempt.provider).funds(attempt.userId), received),
        credit(accounts.unapplied(attempt.paymentId), received),
      ],
    });
    await this.events.publish(new PaymentUnapplied(attempt.paymentId, attempt.sessionId, attempt.userId, reason));
  }
}
