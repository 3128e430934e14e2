import { Injectable } from '@nestjs/common';
import type Stripe from 'stripe';
import type { RefundStatus } from '../../platform/database/index.js';
import type { RefundOrder, RefundReport } from '../ports/payment-strategy.js';
import { ProviderFailure } from '../ports/payment-strategy.js';
import { StripeClient } from './stripe-client.js';
import { fromStripeAmount, idOf, toStripeAmount } from './stripe-money.js';

const statuses: Readonly<Record<string, RefundStatus>> = {
  pending: 'PENDING',
  requires_action: 'PENDING',
  succeeded: 'SUCCEEDED',
  failed: 'FAILED',
  canceled: 'CANCELLED',
};

/** Stripe answers a key as it did the first time, failures too; when it knows nothing of a refund after so many tries, it is asked anew. */
const TRIES_PER_KEY = 4;

/** Refunds at Stripe: always of a PaymentIntent, and always with our id in the metadata, so that any of them can be found again. */
@Injectable()
export class StripeRefunds {
  constructor(private readonly stripe: StripeClient) {}

  /** Asked for again, it is looked for first: a key is forgotten by Stripe after a day. */
  async create(order: RefundOrder): Promise<RefundReport> {
    const known = order.tries === 1 ? [] : await this.of(order.transactionId);
    return known.find(({ refundId }) => refundId === order.refundId) ?? this.ask(order);
  }

  private async ask({ refundId, tries, paymentId, transactionId, amount }: RefundOrder): Promise<RefundReport> {
    const refund = await this.stripe.call('refund', (api) =>
      api.refunds.create(
        { payment_intent: transactionId, amount: toStripeAmount(amount), metadata: { refundId, paymentId } },
        { idempotencyKey: `bursar-${refundId}-${Math.ceil(tries / TRIES_PER_KEY)}` },
      ),
    );
    const report = reportOfRefund(refund);
    if (!report) throw new ProviderFailure(false, 'unintelligible_answer');
    return report;
  }

  async of(transactionId: string): Promise<RefundReport[]> {
    const refunds = await this.stripe.list('refund', (api) =>
      api.refunds.list({ payment_intent: transactionId, limit: 100 }),
    );
    return refunds.flatMap((refund) => reportOfRefund(refund) ?? []);
  }
}

/** How a refund stands; undefined for one of money that came by no PaymentIntent, which is never ours. */
export function reportOfRefund(refund: Stripe.Refund): RefundReport | undefined {
  const transactionId = idOf(refund.payment_intent);
  const amount = fromStripeAmount(refund.amount, refund.currency);
  const status = statuses[refund.status ?? ''];
  if (!transactionId || !amount || !status) return undefined;
  return {
    kind: 'refund',
    status,
    providerRefundId: refund.id,
    refundId: refund.metadata?.refundId,
    transactionId,
    amount,
    reason: refund.failure_reason,
  };
}
