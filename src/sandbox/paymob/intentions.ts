import { randomBytes } from 'node:crypto';
import type { IntentionOrder } from './intention-params.js';
import type { Merchant } from './merchant.js';
import type { Intention, Transaction } from './store.js';

/** Asked for twice, it is made twice: there are no idempotency keys, and a reference need not be new. */
export function createIntention(merchant: Merchant, order: IntentionOrder): Intention {
  return merchant.store.intentions.put({
    id: `pi_test_${randomBytes(16).toString('hex')}`,
    orderId: merchant.store.nextOrderId(),
    clientSecret: `egy_csk_test_${randomBytes(16).toString('hex')}`,
    order,
    createdAt: merchant.now(),
    expiresAt: order.expiration === null ? null : merchant.in(order.expiration),
  });
}

/** By its client secret, the id of its order, or its own id. */
export function findIntention(merchant: Merchant, key: string | number): Intention | undefined {
  const text = String(key);
  return merchant.store.intentions
    .all()
    .find(({ id, clientSecret, orderId }) => clientSecret === text || String(orderId) === text || id === text);
}

export type IntentionStatus = 'intended' | 'paid' | 'expired';

export function statusOf(merchant: Merchant, intention: Intention): IntentionStatus {
  if (paymentsOf(merchant, intention).some(({ status }) => status === 'success')) return 'paid';
  return intention.expiresAt !== null && intention.expiresAt <= merchant.now() ? 'expired' : 'intended';
}

/** Whether the buyer can still pay it. */
export function isPayable(merchant: Merchant, intention: Intention): boolean {
  const status = statusOf(merchant, intention);
  return status === 'intended' || (status === 'paid' && merchant.habits.payableTwice);
}

/** Attempts at paying it, oldest first; not what was given back. */
export function paymentsOf(merchant: Merchant, intention: Intention): Transaction[] {
  return merchant.store.transactions.filter(
    (transaction) => transaction.intention === intention.id && transaction.kind === 'payment',
  );
}

/** The latest of several orders' attempts; one that succeeded outweighs what was declined after it. */
export function latestPayment(merchant: Merchant, intentions: Intention[]): Transaction | undefined {
  const ids = new Set(intentions.map(({ id }) => id));
  const payments = merchant.store.transactions.filter(
    ({ intention, kind }) => kind === 'payment' && ids.has(intention),
  );
  return payments.findLast(({ status }) => status === 'success') ?? payments.at(-1);
}
