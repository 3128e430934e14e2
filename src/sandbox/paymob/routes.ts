import { issueToken, type Credential } from './authentication.js';
import { invalid, notFound, notInteger, notPositive, required } from './errors.js';
import { intentionObject } from './intention-object.js';
import { readIntention } from './intention-params.js';
import { createIntention, findIntention, latestPayment } from './intentions.js';
import type { Merchant } from './merchant.js';
import { refund, voidPayment } from './refunding.js';
import type { Intention, Transaction } from './store.js';
import { transactionObject, type TransactionObject } from './transaction-object.js';

interface Call {
  merchant: Merchant;
  /** The `:id` of the path. */
  id: string;
  body: Record<string, unknown>;
}

interface Route {
  method: 'GET' | 'POST';
  path: string;
  credential: Credential;
  status: number;
  handle(call: Call): object;
}

/** Every call that the stand-in answers. */
export const paymobRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/paymob/v1/intention/',
    credential: 'secret key',
    status: 201,
    handle: ({ merchant, body }) =>
      intentionObject(merchant, createIntention(merchant, readIntention(body, merchant.keys))),
  },
  {
    method: 'POST',
    path: '/paymob/api/auth/tokens',
    credential: 'none',
    status: 201,
    handle: ({ merchant, body }) => issueToken(merchant, body.api_key),
  },
  {
    method: 'GET',
    path: '/paymob/api/acceptance/transactions/:id',
    credential: 'token',
    status: 200,
    handle: ({ merchant, id }) => asRead(merchant, merchant.store.transactions.find(id)),
  },
  {
    method: 'POST',
    path: '/paymob/api/ecommerce/orders/transaction_inquiry',
    credential: 'token',
    status: 200,
    handle: ({ merchant, body }) => asRead(merchant, latestPayment(merchant, ordersAskedFor(merchant, body))),
  },
  {
    method: 'POST',
    path: '/paymob/api/acceptance/void_refund/refund',
    credential: 'secret key',
    status: 201,
    handle: refundAskedFor,
  },
  {
    method: 'POST',
    path: '/paymob/api/acceptance/void_refund/void',
    credential: 'secret key',
    status: 201,
    handle: voidAskedFor,
  },
];

function refundAskedFor({ merchant, body }: Call): TransactionObject {
  const errors = { ...wrongId(body), ...wrongAmount(body.amount_cents) };
  if (Object.keys(errors).length > 0) throw invalid(errors);
  return transactionObject(merchant, refund(merchant, String(body.transaction_id), Number(body.amount_cents)));
}

function voidAskedFor({ merchant, body }: Call): TransactionObject {
  const errors = wrongId(body);
  if (Object.keys(errors).length > 0) throw invalid(errors);
  return transactionObject(merchant, voidPayment(merchant, String(body.transaction_id)));
}

/** By the order's id, or by the merchant's own reference, which several orders may carry. */
function ordersAskedFor(merchant: Merchant, body: Record<string, unknown>): Intention[] {
  const { order_id: orderId, merchant_order_id: reference } = body;
  if (orderId !== undefined && orderId !== null) {
    const found = isIntegerText(orderId) ? findIntention(merchant, orderId) : undefined;
    return found ? [found] : [];
  }
  if (typeof reference !== 'string' || reference === '') throw invalid({ order_id: [required] });
  return merchant.store.intentions.filter(({ order }) => order.specialReference === reference);
}

/** A transaction that somebody reads, in the form that the account has. */
function asRead(merchant: Merchant, transaction: Transaction | undefined): object {
  if (!transaction) throw notFound();
  const { booleansAsText, wrapped } = merchant.habits;
  const shown = (_: string, value: unknown) => (booleansAsText && typeof value === 'boolean' ? String(value) : value);
  const obj = JSON.parse(JSON.stringify(transactionObject(merchant, transaction), shown)) as object;
  return wrapped ? { type: 'TRANSACTION', obj } : obj;
}

/** Both numbers are taken as text too. */
function isIntegerText(value: unknown): value is string | number {
  return (typeof value === 'number' || typeof value === 'string') && /^-?\d+$/.test(String(value));
}

function wrongId({ transaction_id: id }: Record<string, unknown>): object {
  if (id === undefined || id === null) return { transaction_id: [required] };
  return isIntegerText(id) ? {} : { transaction_id: [notInteger] };
}

function wrongAmount(amount: unknown): object {
  if (amount === undefined || amount === null) return { amount_cents: [required] };
  if (!isIntegerText(amount)) return { amount_cents: [notInteger] };
  return Number(amount) >= 1 ? {} : { amount_cents: [notPositive] };
}
