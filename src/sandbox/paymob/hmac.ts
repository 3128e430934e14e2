import { createHmac } from 'node:crypto';

/**
 * What of a transaction is signed, in the order in which it is. Named as in the redirect's query; a callback has `order.id` for `order`.
 * Everything else can be changed on the way without anybody noticing.
 */
export const signedFields = [
  'amount_cents',
  'created_at',
  'currency',
  'error_occured',
  'has_parent_transaction',
  'id',
  'integration_id',
  'is_3d_secure',
  'is_auth',
  'is_capture',
  'is_refunded',
  'is_standalone_payment',
  'is_voided',
  'order',
  'owner',
  'pending',
  'source_data.pan',
  'source_data.sub_type',
  'source_data.type',
  'success',
] as const;

export type SignedValues = Record<(typeof signedFields)[number], string | number | boolean | null>;

/** The twenty values as text without anything between them; null is empty. The key is the secret as text. Lower-case hex. */
export function hmacOf(values: SignedValues, secret: string): string {
  const text = signedFields.map((name) => String(values[name] ?? '')).join('');
  return createHmac('sha512', secret).update(text, 'utf8').digest('hex');
}

/** What of a callback's `obj` is signed. */
export interface SignedTransaction extends Pick<
  SignedValues,
  Exclude<keyof SignedValues, 'order' | `source_data.${string}`>
> {
  order: { id: number };
  source_data: { pan: string | null; sub_type: string; type: string };
}

export function signedValues(transaction: SignedTransaction): SignedValues {
  const { pan, sub_type: subType, type } = transaction.source_data;
  return {
    ...transaction,
    order: transaction.order.id,
    'source_data.pan': pan,
    'source_data.sub_type': subType,
    'source_data.type': type,
  };
}
