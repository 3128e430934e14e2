import { Injectable } from '@nestjs/common';
import { accounts, credit, debit, PostEntry } from '../../ledger/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database } from '../../platform/database/index.js';
import { DomainError, notFound } from '../../platform/errors/index.js';
import { newId } from '../../platform/ids/index.js';
import { Money } from '../../platform/money/index.js';
import { PaymentProblems } from '../payments.problems.js';
import type { RefundRow } from './conclude-refund.js';
import type { PaidPayment } from './paid-payments.js';
import type { RefundTerms } from './record-refund.js';

/** Gives back once more, or applies to the buyer's wallet, money that fitted nothing and whose first refund failed. */
@Injectable()
export class ReturnUnapplied {
  constructor(
    private readonly postEntry: PostEntry,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** In the caller's transaction, which holds the payment's row. */
  async execute(
    payment: PaidPayment,
    { amount, refundId }: { amount?: number; refundId?: string },
    terms: RefundTerms,
  ): Promise<string> {
    if (refundId !== undefined) await this.check(payment.id, refundId);
    const stranded = (await this.allStranded(payment.id)).find(({ id }) => (refundId ?? id) === id);
    if (!stranded)
      throw new DomainError(PaymentProblems.notRefundable, 'What came for this payment is on its way back already');
    if (amount !== undefined && BigInt(amount) !== stranded.amount)
      throw new DomainError(PaymentProblems.refundTooMuch, 'Money that fitted nothing goes back whole');
    const id = newId('refund');
    const money = Money.of(stranded.amount, stranded.currency);
    await this.postEntry.execute({
      kind: 'refund.asked',
      reference: `${id}:asked`,
      object: { type: 'payment', id: payment.id },
      actor: terms.requestedBy ?? 'system',
      legs: [debit(accounts.unapplied(payment.id), money), credit(accounts.refundsPending, money)],
    });
    const { transactionId, currency } = stranded;
    await this.database.client.refund.create({
      data: {
        ...terms,
        id,
        paymentId: payment.id,
        transactionId,
        amount: money.minor,
        currency,
        createdAt: this.clock.now(),
      },
    });
    return id;
  }

  /** A refund of what was sold is not asked for again by its id: what it was to give back belongs to the sale, and it is free again. */
  private async check(paymentId: string, refundId: string): Promise<void> {
    const refund = await this.database.client.refund.findFirst({ where: { id: refundId, paymentId } });
    if (!refund) throw notFound('Refund');
    if (refund.transactionId === null)
      throw new DomainError(
        PaymentProblems.notRefundable,
        'This refund is not of money that fitted nothing; leave refundId out to refund what was sold',
      );
  }

  /** The failed refund of a movement of money that still lies with us, if it does. */
  async stranded(paymentId: string, transactionId: string): Promise<RefundRow | undefined> {
    return (await this.allStranded(paymentId)).find((refund) => refund.transactionId === transactionId);
  }

  private async allStranded(paymentId: string): Promise<RefundRow[]> {
    const refunds = await this.database.client.refund.findMany({
      where: { paymentId, transactionId: { not: null } },
      orderBy: { id: 'desc' },
    });
    const live = new Set(
      refunds
        .filter(({ status }) => status === 'PENDING' || status === 'SUCCEEDED')
        .map(({ transactionId }) => transactionId),
    );
    return refunds.filter(({ transactionId }) => !live.has(transactionId));
  }
}
