import { findIntention, isPayable, statusOf } from './intentions.js';
import type { Merchant } from './merchant.js';
import type { Intention, Transaction } from './store.js';
import { redirectFor, tell } from './telling.js';
import { meansOf, type Means, type PaymobPayOptions } from './test-cards.js';
import { transactionObject, type TransactionObject } from './transaction-object.js';

/** One attempt of the buyer's, and where it leads. */
export interface PaymobAttempt {
  transaction: TransactionObject;
  /** Where the buyer is sent; null where nobody asked for it, and at a kiosk. */
  redirect: string | null;
}

/** The buyer pays, or is declined. Throws when it cannot be paid any more. */
export function pay(merchant: Merchant, key: string | number, options: PaymobPayOptions): PaymobAttempt {
  const means = meansOf(options);
  const begun = begin(merchant, payable(merchant, key), means);
  // Nobody pays at a kiosk at once.
  if (merchant.habits.pendingFirst || options.method === 'kiosk') tell(merchant, begun);
  return ended(merchant, begun, means.decline);
}

/** The buyer's bank says no, whatever the card. */
export function decline(merchant: Merchant, key: string | number, message: string): PaymobAttempt {
  const begun = begin(merchant, payable(merchant, key), meansOf({ card: '5111111111111118' }));
  if (merchant.habits.pendingFirst) tell(merchant, begun);
  return ended(merchant, begun, message);
}

/** The buyer has begun, and nobody knows yet how it ends. */
export function payPending(merchant: Merchant, key: string | number, options: PaymobPayOptions): PaymobAttempt {
  const begun = begin(merchant, payable(merchant, key), meansOf(options));
  tell(merchant, begun);
  return attempt(merchant, begun);
}

/** How a pending payment ended. */
export function finishPayment(merchant: Merchant, payment: Transaction, message: string | null): PaymobAttempt {
  const intention = merchant.store.intentions.get(payment.intention);
  const isPaid = statusOf(merchant, intention) === 'paid';
  if (message === null && isPaid && !merchant.habits.payableTwice) throw new Error(cannotBePaid(intention, 'paid'));
  return ended(merchant, payment, message);
}

function payable(merchant: Merchant, key: string | number): Intention {
  const intention = findIntention(merchant, key);
  if (!intention) throw new Error(`Paymob has no intention '${key}'.`);
  if (!isPayable(merchant, intention)) throw new Error(cannotBePaid(intention, statusOf(merchant, intention)));
  return intention;
}

function cannotBePaid({ orderId }: Intention, status: string): string {
  return `Order ${orderId} is ${status}, so it cannot be paid.`;
}

function begin(merchant: Merchant, intention: Intention, { source }: Means): Transaction {
  const now = merchant.now();
  return merchant.store.transactions.put({
    id: String(merchant.store.nextTransactionId()),
    intention: intention.id,
    kind: 'payment',
    parent: null,
    status: 'pending',
    amount: intention.order.amount,
    source,
    message: 'Pending',
    createdAt: now,
    updatedAt: now,
    refunded: null,
    voided: false,
  });
}

function ended(merchant: Merchant, { id }: Transaction, refusal: string | null): PaymobAttempt {
  const done = merchant.store.transactions.update(id, {
    status: refusal === null ? 'success' : 'declined',
    message: refusal ?? 'Approved',
    updatedAt: merchant.now(),
  });
  tell(merchant, done);
  return attempt(merchant, done);
}

function attempt(merchant: Merchant, transaction: Transaction): PaymobAttempt {
  return { transaction: transactionObject(merchant, transaction), redirect: redirectFor(merchant, transaction) };
}
