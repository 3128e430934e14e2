import { createHmac, timingSafeEqual } from 'node:crypto';
import { asRecord } from '../resilience/provider-http.js';

const whole = /^(0|[1-9]\d*)$/;
const flag = /^(true|false)$/;
const anything = /^/;

/**
 * What of a transaction is signed, in this order, and the form that each must have. The values are signed as one text with nothing between
 * them, so that their forms alone say where one ends: without them, whoever has paid 1.00 in 2026 could move the year's digits to the amount.
 * Two numbers that stand side by side cannot be told apart by form: `id` is held by an integration that must be ours, and `order` by the
 * order that we have stored.
 */
const ofTransaction: readonly (readonly [field: string, form: RegExp])[] = [
  ['amount_cents', whole],
  ['created_at', /^\d{4}-\d\d-\d\dT[\d:.+Z-]+$/],
  ['currency', /^[A-Z]{3}$/],
  ['error_occured', flag],
  ['has_parent_transaction', flag],
  ['id', whole],
  ['integration_id', whole],
  ['is_3d_secure', flag],
  ['is_auth', flag],
  ['is_capture', flag],
  ['is_refunded', flag],
  ['is_standalone_payment', flag],
  ['is_voided', flag],
  ['order.id', whole],
  ['owner', /^\d*$/],
  ['pending', flag],
  ['source_data.pan', anything],
  ['source_data.sub_type', anything],
  ['source_data.type', anything],
  ['success', flag],
];

/** Of a card that the buyer had kept. It says nothing about money. */
const ofToken: typeof ofTransaction = [
  'card_subtype',
  'created_at',
  'email',
  'id',
  'masked_pan',
  'merchant_id',
  'order_id',
  'token',
].map((field) => [field, anything]);

/** What is signed of an event, as one text; undefined for an event that nobody signs, or not so. */
export function signedText(type: unknown, obj: Record<string, unknown>): string | undefined {
  const fields = type === 'TRANSACTION' ? ofTransaction : type === 'TOKEN' ? ofToken : [];
  const texts = fields.map(([field, form]) => {
    const text = textOf(valueAt(obj, field));
    return text !== undefined && form.test(text) ? text : undefined;
  });
  return texts.length === 0 || texts.includes(undefined) ? undefined : texts.join('');
}

/** Whether one of the secrets has signed it: SHA-512 in hex, from the query. */
export function isSigned(text: string, hmac: unknown, secrets: readonly string[]): boolean {
  if (typeof hmac !== 'string' || !/^[\da-f]{128}$/i.test(hmac)) return false;
  const given = Buffer.from(hmac, 'hex');
  return secrets.some((secret) => timingSafeEqual(createHmac('sha512', secret).update(text, 'utf8').digest(), given));
}

/** `order` is an object or its id alone. */
function valueAt(obj: Record<string, unknown>, field: string): unknown {
  const [name = '', inner] = field.split('.');
  const value = obj[name];
  if (inner === undefined) return value;
  return asRecord(value)?.[inner] ?? (name === 'order' && typeof value !== 'object' ? value : undefined);
}

/** What is not there is signed as nothing. */
function textOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}
