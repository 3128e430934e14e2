import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, type PaymentProvider, Transactional } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import type { RefundReport } from '../ports/payment-strategy.js';
import { ConcludeRefund, type RefundRow } from './conclude-refund.js';
import { type PaidPayment, PaidPayments } from './paid-payments.js';
import { RecordRefund } from './record-refund.js';
import { ReturnUnapplied } from './return-unapplied.js';

/**
 * Acts on what a provider says about a refund: one that we asked for, or one that a person made in the provider's dashboard. Each is known
 * by the provider's id, so the answer to our call and the webhook about it are one refund.
 */
@Injectable()
export class ApplyRefundReport {
  constructor(
    private readonly database: Database,
    private readonly payments: PaidPayments,
    private readonly recordRefund: RecordRefund,
    private readonly returnUnapplied: ReturnUnapplied,
    private readonly concludeRefund: ConcludeRefund,
    private readonly clock: Clock,
  ) {}

  /**
   * @returns false when the money that it gives back is not known to us, or not yet
   * @throws when it cannot be booked now, such as more than is left while another refund is still on its way; to be tried again
   */
  @Transactional()
  async execute(provider: PaymentProvider, report: RefundReport): Promise<boolean> {
    const payment = await this.payments.lockByTransaction(provider, report.transactionId);
    if (!payment) return false;
    const refund = (await this.find(payment, report)) ?? (await this.adopt(payment, report));
    if (refund) await this.concludeRefund.execute(payment, refund, report.status, report.reason);
    return true;
  }

  private async find(payment: PaidPayment, report: RefundReport): Promise<RefundRow | undefined> {
    const { providerRefundId, refundId } = report;
    const found = await this.database.client.refund.findMany({
      where: { paymentId: payment.id },
      orderBy: { id: 'asc' },
    });
    const known = found.find(
      (refund) => refund.providerRefundId !== null && refund.providerRefundId === providerRefundId,
    );
    if (known) return known;
    const nameless = found.filter((refund) => refund.providerRefundId === null && refund.destination === 'ORIGINAL');
    const meant =
      nameless.find(({ id }) => id === refundId) ?? nameless.find((refund) => isAbout(refund, payment, report));
    if (!meant || providerRefundId === undefined) return meant;
    return this.database.client.refund.update({ where: { id: meant.id }, data: { providerRefundId } });
  }

  /** A refund that we did not ask for. */
  private async adopt(payment: PaidPayment, report: RefundReport): Promise<RefundRow | undefined> {
    const { amount, providerRefundId, transactionId, status } = report;
    if (providerRefundId === undefined)
      throw new Error(`a refund of payment ${payment.id} that nobody asked for has no name`);
    const refund = { requestedBy: 'provider', reason: 'Refunded at the provider', providerRefundId };
    const stranded = await this.stranded(payment, report);
    const ofSale = payment.transactionId === transactionId && payment.sessionStatus === 'COMPLETED';
    if (!stranded && !(ofSale && amount.currency === payment.currency))
      throw new Error(`refund ${providerRefundId} of ${amount.toString()} fits nothing of payment ${payment.id}`);
    if (status === 'FAILED' || status === 'CANCELLED') {
      // It gave nothing back. Kept all the same, so that an older word that is heard later changes nothing.
      await this.database.client.refund.create({
        data: {
          ...refund,
          id: newId('refund'),
          paymentId: payment.id,
          transactionId: stranded?.transactionId,
          amount: amount.minor,
          currency: amount.currency,
          status,
          failureReason: report.reason,
          createdAt: this.clock.now(),
          settledAt: this.clock.now(),
        },
      });
      return undefined;
    }
    const id = stranded
      ? await this.returnUnapplied.execute(payment, { refundId: stranded.id }, refund)
      : await this.recordRefund.execute(payment, amount, refund);
    if (!id)
      throw new Error(
        `refund ${providerRefundId} of ${amount.toString()} is more than is left of payment ${payment.id}`,
      );
    return this.database.client.refund.findUniqueOrThrow({ where: { id } });
  }

  /** Money that fitted nothing and could not be given back by us: a person has done it. */
  private stranded(payment: PaidPayment, { transactionId, amount }: RefundReport): Promise<RefundRow | null> {
    return this.database.client.refund.findFirst({
      where: {
        ...{ paymentId: payment.id, transactionId, amount: amount.minor, currency: amount.currency },
        status: { in: ['FAILED', 'CANCELLED'] },
      },
      orderBy: { id: 'desc' },
    });
  }
}

/**
 * Whether a report that names none of ours can be about a refund whose name at the provider we never heard: one that we asked for, of a
 * provider that knows no ids of ours (of one movement they are asked for one by one), or money that fitted nothing and was given back by a
 * person before we did.
 */
function isAbout(refund: RefundRow, payment: PaidPayment, report: RefundReport): boolean {
  const asked = report.mayBeOurs === true && (refund.status === 'SUCCEEDED' || refund.tries > 0);
  const unapplied = refund.status === 'PENDING' && refund.transactionId !== null;
  return (
    (asked || unapplied) &&
    ['PENDING', 'SUCCEEDED'].includes(refund.status) &&
    (refund.transactionId ?? payment.transactionId) === report.transactionId &&
    refund.amount === report.amount.minor &&
    refund.currency === report.amount.currency
  );
}
