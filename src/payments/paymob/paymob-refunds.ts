import { Injectable } from '@nestjs/common';
import { Clock, dayOf } from '../../platform/clock/index.js';
import type { RefundStatus } from '../../platform/database/index.js';
import { ProviderFailure, type RefundOrder, type RefundReport } from '../ports/payment-strategy.js';
import { PaymobClient, unintelligible } from './paymob-client.js';
import { PaymobIntentions } from './paymob-intentions.js';
import { type PaymobTransaction, type ReadTransaction, readTransactionOf } from './paymob-transaction.js';
import { declineCode } from './paymob-words.js';

const statuses: Record<PaymobTransaction['state'], RefundStatus> = {
  success: 'SUCCEEDED',
  pending: 'PENDING',
  declined: 'FAILED',
};

/** So many tries lie between two requests that could both be carried out, time enough to hear of the first. */
const TRIES_PER_REQUEST = 4;

/**
 * Refunds and voids. Paymob knows neither our ids nor a key that makes two requests one: whether something was done is read off what the
 * payment has given back so far. For that to be clear, no two refunds of one payment are on their way at once.
 */
@Injectable()
export class PaymobRefunds {
  constructor(
    private readonly paymob: PaymobClient,
    private readonly intentions: PaymobIntentions,
    private readonly clock: Clock,
  ) {}

  async refund(order: RefundOrder): Promise<RefundReport> {
    if (order.providerRefundId !== null) return this.named(order, order.providerRefundId);
    if (!order.onItsWay.isZero()) throw new ProviderFailure(false, 'another_refund_on_its_way');
    const payment = await this.payment(order);
    if (isDone(order, payment)) return doneUnheard(order);
    const left = payment.amount.minor - payment.givenBack;
    // Somebody has given back at the dashboard, and its callback has not come yet; or so much that there is not enough left for this.
    if (payment.givenBack !== order.givenBack.minor)
      throw new ProviderFailure(order.amount.minor > left, 'refunded_otherwise');
    // What was sent and not answered may yet be carried out. More than there is Paymob gives back of no payment.
    const twiceWouldFit = 2n * order.amount.minor <= left;
    if (twiceWouldFit && order.tries % TRIES_PER_REQUEST !== 1) throw new ProviderFailure(false, 'refund_unheard');
    return this.giveBack(order, payment);
  }

  /** One that Paymob has begun. */
  private async named(order: RefundOrder, id: string): Promise<RefundReport> {
    const refund = await this.intentions.transaction(id);
    if (!refund) throw new ProviderFailure(false, 'unknown_refund');
    return reportOfRefund(order.transactionId, refund);
  }

  private async payment({ transactionId, amount }: RefundOrder): Promise<ReadTransaction> {
    const payment = await this.intentions.transaction(transactionId);
    if (!payment) throw new ProviderFailure(true, 'unknown_transaction');
    if (payment.state !== 'success' || payment.amount.currency !== amount.currency) throw unintelligible();
    return payment;
  }

  private async giveBack(order: RefundOrder, payment: ReadTransaction): Promise<RefundReport> {
    const voided = this.mayBeVoided(order, payment) ? await this.void(order) : undefined;
    if (voided) return voided;
    try {
      return await this.ask(order, '/refund', { amount_cents: Number(order.amount.minor) });
    } catch (error) {
      // Refused perhaps because an earlier try was carried out just now.
      if (error instanceof ProviderFailure && error.final && isDone(order, await this.payment(order)))
        return doneUnheard(order);
      throw error;
    }
  }

  /** A void costs nothing and is there at once, before the acquirer settles the day. */
  private mayBeVoided({ amount }: RefundOrder, payment: ReadTransaction): boolean {
    const isWhole = payment.givenBack === 0n && amount.equals(payment.amount);
    const isToday = payment.day === dayOf(this.clock.now(), 'Africa/Cairo');
    return isWhole && isToday && payment.source.type === 'card' && !payment.isSettled;
  }

  /** @returns undefined when it is refused: then it is to be refunded */
  private async void(order: RefundOrder): Promise<RefundReport | undefined> {
    try {
      const report = await this.ask(order, '/void', {});
      return report.status === 'FAILED' ? undefined : report;
    } catch (error) {
      if (error instanceof ProviderFailure && error.final) return undefined;
      throw error;
    }
  }

  private async ask({ transactionId, amount }: RefundOrder, path: string, how: object): Promise<RefundReport> {
    const body = { transaction_id: Number(transactionId), ...how };
    const refund = readTransactionOf(await this.paymob.write(`/api/acceptance/void_refund${path}`, body));
    if (!refund?.amount.equals(amount)) throw unintelligible();
    return reportOfRefund(transactionId, refund, declineCode(refund.message));
  }
}

/** How a refund or a void stands, of the payment that the caller has found for it. */
export function reportOfRefund(transactionId: string, refund: PaymobTransaction, reason = 'declined'): RefundReport {
  const { id: providerRefundId, amount, state } = refund;
  const status = statuses[state];
  const report = { kind: 'refund', status, providerRefundId, mayBeOurs: true, transactionId, amount } as const;
  return status === 'FAILED' ? { ...report, reason } : report;
}

function isDone({ givenBack, amount }: RefundOrder, payment: ReadTransaction): boolean {
  return payment.givenBack === givenBack.plus(amount).minor;
}

/** An earlier try has done it, or a person at the dashboard; its name comes with its callback. */
function doneUnheard({ refundId, transactionId, amount }: RefundOrder): RefundReport {
  return { kind: 'refund', status: 'SUCCEEDED', refundId, mayBeOurs: true, transactionId, amount };
}
