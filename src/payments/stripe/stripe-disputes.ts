import type Stripe from 'stripe';
import type { DisputeStatus } from '../../platform/database/index.js';
import type { DisputeReport } from '../ports/payment-strategy.js';
import { fromStripeAmount, idOf } from './stripe-money.js';

const statuses: Readonly<Record<string, DisputeStatus>> = {
  warning_needs_response: 'INQUIRY',
  warning_under_review: 'INQUIRY',
  warning_closed: 'CLOSED',
  prevented: 'CLOSED',
  needs_response: 'NEEDS_RESPONSE',
  under_review: 'UNDER_REVIEW',
  won: 'WON',
  lost: 'LOST',
  // Lost already; only a win changes that.
  appeal_needs_response: 'LOST',
  appeal_under_review: 'LOST',
};

/** How a dispute stands. It carries none of our ids: it is known by the PaymentIntent whose money it is about. */
export function reportOfDispute(dispute: Stripe.Dispute, event?: Stripe.Event['type']): DisputeReport | undefined {
  const transactionId = idOf(dispute.payment_intent);
  const amount = fromStripeAmount(dispute.amount, dispute.currency);
  const status = statuses[dispute.status];
  if (!transactionId || !amount || !status) return undefined;
  const lines = dispute.balance_transactions ?? [];
  return {
    kind: 'dispute',
    externalId: dispute.id,
    transactionId,
    status,
    amount,
    reason: dispute.reason,
    openedAt: new Date(dispute.created * 1000),
    dueBy: dispute.evidence_details?.due_by ? new Date(dispute.evidence_details.due_by * 1000) : null,
    withdrawn: event === 'charge.dispute.funds_withdrawn' || lines.some((line) => line.amount < 0),
    reinstated: event === 'charge.dispute.funds_reinstated' || lines.some((line) => line.amount > 0),
  };
}
