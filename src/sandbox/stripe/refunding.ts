import { randomBytes } from 'node:crypto';
import type Stripe from 'stripe';
import type { Account } from './account.js';
import { availableWith, book } from './balance-transactions.js';
import { invalidRequest, type StripeApiError } from './errors.js';
import { idOf, newId } from './ids.js';
import { checkStep, formatAmount } from './money.js';
import { cardCharged } from './test-cards.js';

export interface RefundOrder {
  /** All that is left unless told. */
  amount?: number;
  reason?: Stripe.Refund.Reason | null;
  metadata?: Stripe.Metadata;
  request?: Stripe.Event.Request;
}

/** Gives money back, in words of Stripe when it cannot be. The charge counts a pending refund at once. */
export function refundCharge(account: Account, charge: Stripe.Charge, order: RefundOrder): Stripe.Refund {
  const amount = refundable(account, charge, order.amount);
  const { request } = order;
  const refund = account.store.refunds.put(newRefund(charge, amount, order, account.now()));
  const transaction = book(account, {
    source: refund.id,
    amount: -amount,
    currency: charge.currency,
    type: 'refund',
    category: 'refund',
    description: `REFUND FOR CHARGE${charge.description === null ? '' : ` (${charge.description})`}`,
    // Taken from where the charge's own money is.
    availableAt: availableWith(account, charge),
  });
  const made = account.store.refunds.update(refund.id, { balance_transaction: transaction.id });
  const { amount_refunded: before, refunded } = charge;
  const total = before + amount;
  const after = account.store.charges.update(charge.id, {
    amount_refunded: total,
    refunded: total === charge.amount_captured,
  });
  account.record('refund.created', made, { request });
  const previous = { amount_refunded: before, ...(after.refunded && { refunded }) };
  account.record('charge.refunded', after, { request, previous });
  return made;
}

/** The bank has taken it: a pending refund succeeds, and the reference by which the customer can trace it is known. */
export function finishRefund(account: Account, id: string): Stripe.Refund {
  const refund = account.store.refunds.get(id);
  if (refund.status !== 'pending' && refund.status !== 'succeeded') {
    throw new Error(`Refund ${id} is ${refund.status}, so it cannot be finished.`);
  }
  const { pending_reason: reason, ...rest } = refund;
  const done = account.store.refunds.put({
    ...rest,
    destination_details: destination(refund.destination_details?.type ?? 'card', 'available'),
    status: 'succeeded',
  });
  const previous = { destination_details: refund.destination_details ?? null };
  const pending = { pending_reason: reason ?? null, status: refund.status };
  recordRefundUpdate(account, done, refund.status === 'pending' ? { ...previous, ...pending } : previous);
  return done;
}

/** The bank has sent it back: the money returns to the balance, and the charge counts as not refunded by so much. */
export function failRefund(account: Account, id: string, reason: string): Stripe.Refund {
  const refund = account.store.refunds.get(id);
  if (refund.status === 'failed') throw new Error(`Refund ${id} has failed already.`);
  const transaction = book(account, {
    source: refund.id,
    amount: refund.amount,
    currency: refund.currency,
    type: 'refund_failure',
    category: 'refund_failure',
    description: `REFUND FAILURE (${reason})`,
    availableAt: 'settlement',
  });
  const { pending_reason: _, ...rest } = refund;
  const failed = account.store.refunds.put({
    ...rest,
    failure_balance_transaction: transaction.id,
    failure_reason: reason,
    status: 'failed',
  });
  const charge = account.store.charges.get(idOf(refund.charge));
  account.store.charges.update(charge.id, {
    amount_refunded: charge.amount_refunded - refund.amount,
    refunded: false,
  });
  recordRefundUpdate(account, failed, { status: refund.status });
  account.record('refund.failed', failed);
  return failed;
}

/** Every change of a refund is told twice, under the old name and the new. */
export function recordRefundUpdate(
  account: Account,
  refund: Stripe.Refund,
  previous: object,
  request?: Stripe.Event.Request,
): void {
  account.record('charge.refund.updated', refund, { previous, request });
  account.record('refund.updated', refund, { previous, request });
}

export function noSuccessfulCharge(intentId: string): StripeApiError {
  return invalidRequest(`This PaymentIntent (${intentId}) does not have a successful charge to refund.`);
}

function refundable(account: Account, charge: Stripe.Charge, wanted: number | undefined): number {
  const { id, currency, captured, status, payment_intent: intent } = charge;
  if (status !== 'succeeded') throw noSuccessfulCharge(idOf(intent));
  if (!captured) {
    throw invalidRequest(
      `This uncaptured Charge was created by a PaymentIntent (${idOf(intent)}). You must cancel the PaymentIntent ` +
        'to reverse the authorization instead of refunding the Charge directly. For more information, see ' +
        'https://stripe.com/docs/payments/place-a-hold-on-a-payment-method',
    );
  }
  const disputes = account.store.disputes.filter((dispute) => dispute.charge === id);
  if (disputes.some((dispute) => !dispute.is_charge_refundable)) {
    throw invalidRequest(`Charge ${id} has been charged back; cannot issue a refund.`, { code: 'charge_disputed' });
  }
  const left = charge.amount_captured - charge.amount_refunded;
  if (left === 0) {
    throw invalidRequest(`Charge ${id} has already been refunded.`, { code: 'charge_already_refunded' });
  }
  const amount = wanted ?? left;
  if (amount > left) {
    const [asked, rest] = [formatAmount(amount, currency), formatAmount(left, currency)];
    const message = `Refund amount (${asked}) is greater than unrefunded amount on charge (${rest})`;
    throw invalidRequest(message, { param: 'amount' });
  }
  checkStep(amount, currency, 'amount');
  return amount;
}

function newRefund(charge: Stripe.Charge, amount: number, order: RefundOrder, created: number): Stripe.Refund {
  const slow = cardCharged(charge)?.slowRefund === true;
  return {
    id: newId('refund'),
    object: 'refund',
    amount,
    balance_transaction: null,
    charge: charge.id,
    created,
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    destination_details: destination(charge.payment_method_details?.type ?? 'card', 'pending'),
    metadata: order.metadata ?? {},
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    ...(slow && { pending_reason: 'processing' }),
    reason: order.reason ?? null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: slow ? 'pending' : 'succeeded',
    transfer_reversal: null,
  } satisfies Stripe.Refund;
}

function destination(type: string, reference: 'available' | 'pending'): Stripe.Refund.DestinationDetails {
  if (type !== 'card') return { type };
  return {
    card: {
      ...(reference === 'available' && { reference: Array.from(randomBytes(16), (byte) => byte % 10).join('') }),
      reference_status: reference,
      reference_type: 'acquirer_reference_number',
      type: 'refund',
    },
    type,
  };
}
