import { randomUUID } from 'node:crypto';
import { responseCodes } from './acquirer-data.js';
import { hmacOf, signedValues, type SignedValues } from './hmac.js';
import type { Merchant } from './merchant.js';
import type { Transaction } from './store.js';
import { cairoTimeWithZone } from './time.js';
import { transactionObject } from './transaction-object.js';

const headers = { accept: '*/*', 'content-type': 'application/json', 'user-agent': 'Paymob/1.0 (sandbox)' };

/** The transaction processed callback: tells the merchant's server what has become of a transaction. */
export function tell(merchant: Merchant, transaction: Transaction): void {
  const { notificationUrl } = merchant.store.intentions.get(transaction.intention).order;
  if (notificationUrl === null) return;
  const obj = transactionObject(merchant, transaction);
  const hmac = hmacOf(signedValues(obj), merchant.keys.hmacSecret);
  const body = { type: 'TRANSACTION', obj, issuer_bank: null, transaction_processed_callback_responses: '' };
  merchant.publish({
    id: randomUUID(),
    about: transaction.id,
    url: withQuery(notificationUrl, { hmac }),
    headers,
    body: JSON.stringify(body),
  });
}

/**
 * The transaction response callback: where the buyer is sent, with dotted names and with `created_at` in another form than in the processed
 * callback, so that it has a signature of its own. Null where nobody asked for it, and at a kiosk.
 */
export function redirectFor(merchant: Merchant, transaction: Transaction): string | null {
  const { redirectionUrl, specialReference } = merchant.store.intentions.get(transaction.intention).order;
  if (redirectionUrl === null || transaction.source.type === 'aggregator') return null;
  const shown = transactionObject(merchant, transaction);
  const signed = { ...signedValues(shown), created_at: cairoTimeWithZone(transaction.createdAt, shown.id) };
  const codes = responseCodes(transaction);
  return withQuery(redirectionUrl, {
    id: shown.id,
    pending: shown.pending,
    amount_cents: shown.amount_cents,
    success: shown.success,
    is_auth: shown.is_auth,
    is_capture: shown.is_capture,
    is_standalone_payment: shown.is_standalone_payment,
    is_voided: shown.is_voided,
    is_refunded: shown.is_refunded,
    is_3d_secure: shown.is_3d_secure,
    integration_id: shown.integration_id,
    profile_id: shown.profile_id,
    has_parent_transaction: shown.has_parent_transaction,
    order: signed.order,
    created_at: signed.created_at,
    currency: shown.currency,
    ...(specialReference !== null && { merchant_order_id: specialReference }),
    merchant_commission: 0,
    discount_details: '[]',
    is_void: shown.is_void,
    is_refund: shown.is_refund,
    error_occured: shown.error_occured,
    refunded_amount_cents: shown.refunded_amount_cents ?? 0,
    captured_amount: 0,
    updated_at: cairoTimeWithZone(transaction.updatedAt, shown.id),
    is_settled: shown.is_settled,
    bill_balanced: shown.bill_balanced,
    is_bill: shown.is_bill,
    owner: shown.owner,
    'data.message': transaction.message,
    'source_data.type': shown.source_data.type,
    'source_data.pan': shown.source_data.pan,
    'source_data.sub_type': shown.source_data.sub_type,
    acq_response_code: codes.acq_response_code,
    txn_response_code: codes.txn_response_code,
    hmac: hmacOf(signed, merchant.keys.hmacSecret),
  });
}

/** Added behind the query that is there, which stays as it was written, and before the fragment. */
function withQuery(url: string, added: Record<string, SignedValues[keyof SignedValues]>): string {
  const [address = '', fragment] = url.split('#', 2);
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(added)) query.append(name, String(value ?? ''));
  const joint = address.includes('?') ? '&' : '?';
  return `${address}${joint}${query.toString()}${fragment === undefined ? '' : `#${fragment}`}`;
}
