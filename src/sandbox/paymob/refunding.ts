import { notFound, refused } from './errors.js';
import type { Merchant } from './merchant.js';
import type { Transaction } from './store.js';
import { tell } from './telling.js';
import { isSameDayInCairo } from './time.js';

/** Gives back a part or all of it. What is still pending counts as given. */
export function refund(merchant: Merchant, id: string, amount: number | undefined): Transaction {
  const payment = paidOrRefused(merchant, id, 'refunded');
  if (payment.source.type === 'aggregator') throw refused(400, 'Refund is not supported for this payment method.');
  const left = refundable(merchant, payment);
  if (left === 0) throw refused(400, 'Full amount has been already refunded.');
  const wanted = amount ?? left;
  if (wanted > left) throw refused(400, `The amount ${wanted} is greater than the refundable amount ${left}.`);
  const begun = child(merchant, payment, 'refund', wanted);
  if (!merchant.habits.slowRefunds) return finishRefund(merchant, begun, null);
  tell(merchant, begun);
  return begun;
}

/** What becomes of a pending refund; `message` says why it failed. */
export function finishRefund(merchant: Merchant, pending: Transaction, message: string | null): Transaction {
  const { transactions } = merchant.store;
  const updatedAt = merchant.now();
  if (message !== null) {
    const failed = transactions.update(pending.id, { status: 'declined', message, updatedAt });
    tell(merchant, failed);
    return failed;
  }
  const done = transactions.update(pending.id, { status: 'success', message: 'Approved', updatedAt });
  const payment = transactions.get(String(pending.parent));
  const parent = transactions.update(payment.id, { refunded: (payment.refunded ?? 0) + done.amount, updatedAt });
  tell(merchant, done);
  tell(merchant, parent);
  return done;
}

/** As if it had never been charged: before the acquirer settles at the end of the day. */
export function voidPayment(merchant: Merchant, id: string): Transaction {
  const payment = paidOrRefused(merchant, id, 'voided');
  if (payment.source.type !== 'card') throw refused(400, 'Void is not supported for this payment method.');
  if (refundable(merchant, payment) < payment.amount) throw refused(400, 'A refunded transaction cannot be voided.');
  if (!isSameDayInCairo(payment.createdAt, merchant.now())) {
    throw refused(400, 'This transaction cannot be voided: it is past the day of its payment. Refund it instead.');
  }
  const { transactions } = merchant.store;
  const updatedAt = merchant.now();
  const begun = child(merchant, payment, 'void', payment.amount);
  const done = transactions.update(begun.id, { status: 'success', message: 'Approved', updatedAt });
  const parent = transactions.update(payment.id, { voided: true, updatedAt });
  tell(merchant, done);
  tell(merchant, parent);
  return done;
}

/** What can still be given back; nothing of what was voided or never paid. */
export function refundable(merchant: Merchant, payment: Transaction): number {
  if (payment.kind !== 'payment' || payment.status !== 'success' || payment.voided) return 0;
  const refunds = merchant.store.transactions.filter(
    ({ parent, kind, status }) => parent === payment.id && kind === 'refund' && status !== 'declined',
  );
  return payment.amount - refunds.reduce((sum, { amount }) => sum + amount, 0);
}

function paidOrRefused(merchant: Merchant, id: string, what: string): Transaction {
  const payment = merchant.store.transactions.find(id);
  if (!payment) throw notFound();
  if (payment.voided) throw refused(400, 'This transaction has been already voided.');
  if (payment.kind !== 'payment' || payment.status !== 'success') {
    throw refused(400, `Only a successful payment can be ${what}.`);
  }
  return payment;
}

function child(merchant: Merchant, payment: Transaction, kind: 'refund' | 'void', amount: number): Transaction {
  const now = merchant.now();
  return merchant.store.transactions.put({
    ...payment,
    id: String(merchant.store.nextTransactionId()),
    kind,
    parent: payment.id,
    status: 'pending',
    amount,
    message: 'Pending',
    createdAt: now,
    updatedAt: now,
    refunded: null,
    voided: false,
  });
}
