import { Injectable } from '@nestjs/common';
import { accounts } from '../../ledger/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, type Prisma, Prisma as Sql } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import { Money } from '../../platform/money/index.js';
import type { PaidPayment } from './paid-payments.js';
import { ReverseSale } from './reverse-sale.js';

/** Who asked for a refund and how it is to be done. */
export type RefundTerms = Pick<
  Prisma.RefundUncheckedCreateInput,
  'reason' | 'requestedBy' | 'destination' | 'idempotencyKey' | 'providerRefundId' | 'nextTryAt'
>;

/** Sets an amount of a payment aside to be given back, and takes it out of what the sale was booked to. */
@Injectable()
export class RecordRefund {
  constructor(
    private readonly database: Database,
    private readonly reverseSale: ReverseSale,
    private readonly clock: Clock,
  ) {}

  /**
   * In the caller's transaction. Contends on the payment's row: refunded + disputed ≤ total is part of the update, so refunds at the same
   * time can never give back more than came.
   * @returns undefined when there is not so much left
   * @throws PaymentProblems.usedUp when it was not the provider that gave it back
   */
  async execute(payment: PaidPayment, amount: Money, terms: RefundTerms): Promise<string | undefined> {
    const reserved = await this.database.execute(Sql.sql`
      UPDATE payments SET refunded_amount = refunded_amount + ${amount.minor}::bigint
      WHERE id = ${payment.id} AND refunded_amount + disputed_amount + ${amount.minor}::bigint <= total`);
    if (reserved === 0) return undefined;
    const id = newId('refund');
    const parts = await this.reverseSale.execute(payment, {
      kind: 'refund.asked',
      reference: `${id}:asked`,
      cause: id,
      actor: terms.requestedBy ?? 'system',
      amount,
      to: accounts.refundsPending,
      atAnyCost: typeof terms.providerRefundId === 'string',
    });
    await this.database.client.refund.create({
      data: {
        ...terms,
        ...parts,
        id,
        paymentId: payment.id,
        amount: amount.minor,
        currency: payment.currency,
        createdAt: this.clock.now(),
      },
    });
    return id;
  }
}
