import { Money } from '../../platform/money/index.js';
import { asRecord, asText } from '../resilience/provider-http.js';

/** What M-Pesa posts when it has carried a request out or given it up. Of every value it may leave out any, and write numbers as texts. */
export interface Outcome {
  /** A prompt's, or anything else's. */
  readonly of: 'push' | 'request';
  /** CheckoutRequestID, or ConversationID. */
  readonly handle: string;
  /** MerchantRequestID, or OriginatorConversationID. */
  readonly origin: string;
  readonly code: string;
  readonly text: string;
  readonly amount: Money | undefined;
  /** Of the movement of money that it tells of. */
  readonly receipt: string | undefined;
  /** What else it says, by name. The first of equal names counts. */
  readonly values: ReadonlyMap<string, unknown>;
}

/** Undefined for anything that is no outcome. */
export function outcomeOf(body: string): Outcome | undefined {
  const told = parsed(body);
  const push = asRecord(asRecord(told?.Body)?.stkCallback);
  if (push) {
    const values = named(asRecord(push.CallbackMetadata)?.Item, 'Name');
    return outcome(
      'push',
      push,
      values,
      ['CheckoutRequestID', 'MerchantRequestID'],
      asText(values.get('MpesaReceiptNumber')),
    );
  }
  const result = asRecord(told?.Result);
  if (!result) return undefined;
  const values = named(asRecord(result.ResultParameters)?.ResultParameter, 'Key');
  return outcome(
    'request',
    result,
    values,
    ['ConversationID', 'OriginatorConversationID'],
    asText(result.TransactionID),
  );
}

function outcome(
  of: Outcome['of'],
  told: Record<string, unknown>,
  values: ReadonlyMap<string, unknown>,
  names: readonly [handle: string, origin: string],
  receipt: string | undefined,
): Outcome | undefined {
  const [handle, origin] = names.map((name) => asText(told[name]));
  const code = asText(told.ResultCode);
  if (!handle || !origin || !code) return undefined;
  const amount = kes(values.get('Amount') ?? values.get('TransactionAmount'));
  return { of, handle, origin, code, text: asText(told.ResultDesc) ?? '', amount, receipt, values };
}

/** `1`, `1.0`, `"300"` shillings; undefined for anything that is no whole number of cents. */
function kes(value: unknown): Money | undefined {
  const text = asText(value);
  const cents = text ? Number(text) * 100 : NaN;
  return Number.isSafeInteger(cents) ? Money.of(BigInt(cents), 'KES') : undefined;
}

/** A list of names with values, or a single one; some have no value at all. */
function named(list: unknown, key: 'Name' | 'Key'): Map<string, unknown> {
  const values = new Map<string, unknown>();
  for (const entry of [list].flat()) {
    const item = asRecord(entry);
    const name = asText(item?.[key]);
    if (name !== undefined && !values.has(name)) values.set(name, item?.Value);
  }
  return values;
}

function parsed(body: string): Record<string, unknown> | undefined {
  try {
    return asRecord(JSON.parse(body) as unknown);
  } catch {
    return undefined;
  }
}
