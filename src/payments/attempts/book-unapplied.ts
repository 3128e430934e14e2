import { Injectable, Logger } from '@nestjs/common';
import { accounts, credit, debit, PostEntry } from '../../ledger/index.js';
import { Clock } from '../../platform/clock/index.js';
import { afterCommit, Database } from '../../platform/database/index.js';
import { EventBus } from '../../platform/events/index.js';
import { newId } from '../../platform/ids/index.js';
import type { Money } from '../../platform/money/index.js';
import { PaymentUnapplied } from '../payments.events.js';
import { PaymentStrategies } from '../ports/payment-strategy.js';
import { CarryOutRefunds } from '../refunds/carry-out-refunds.js';
import { Attempts, type AttemptRow } from './attempts.js';

/** Books money that fits nothing (wrong amount, a second time, no longer to be had) as a liability, and has it given back. */
@Injectable()
export class BookUnapplied {
  private readonly logger = new Logger(BookUnapplied.name);

  constructor(
    private readonly attempts: Attempts,
    private readonly postEntry: PostEntry,
    private readonly strategies: PaymentStrategies,
    private readonly carryOutRefunds: CarryOutRefunds,
    private readonly database: Database,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  async execute(attempt: AttemptRow, received: Money, transactionId: string, reason: string): Promise<void> {
    const { paymentId, sessionId, userId, provider } = attempt;
    const id = newId('refund');
    const now = this.clock.now();
    // Once per movement of money, by a unique index: a report heard again about the same one changes nothing.
    const { count } = await this.database.client.refund.createMany({
      data: {
        id,
        paymentId,
        transactionId,
        amount: received.minor,
        currency: received.currency,
        reason,
        createdAt: now,
        nextTryAt: now,
      },
      skipDuplicates: true,
    });
    if (count === 0) return;
    const entry = { object: { type: 'payment', id: paymentId }, effectiveAt: now, actor: 'system' };
    const unapplied = accounts.unapplied(paymentId);
    await this.postEntry.execute({
      ...entry,
      kind: 'payment.unapplied',
      reference: `${paymentId}:unapplied:${transactionId}`,
      legs: [debit(this.strategies.of(provider).funds(userId), received), credit(unapplied, received)],
    });
    await this.postEntry.execute({
      ...entry,
      kind: 'refund.asked',
      reference: `${id}:asked`,
      legs: [debit(unapplied, received), credit(accounts.refundsPending, received)],
    });
    await this.attempts.wakeEventsAbout(transactionId);
    await this.events.publish(new PaymentUnapplied(paymentId, sessionId, userId, reason, id));
    const fields = { paymentId, transactionId, refundId: id, reason };
    afterCommit(() => this.logger.warn(fields, 'money came that fits nothing; it goes back'));
    this.carryOutRefunds.wakeAfterCommit();
  }
}
