import { isCurrencyCode, Money } from '../../platform/money/index.js';
import { asRecord, asText } from '../resilience/provider-http.js';

/** A movement of money at Paymob, or an attempt at one: what is signed of it when it is told. */
export interface PaymobTransaction {
  readonly id: string;
  readonly orderId: string;
  readonly integrationId: string;
  readonly amount: Money;
  readonly state: 'success' | 'pending' | 'declined';
  /** It follows another: a refund or a void of it, or its capture. */
  readonly isChild: boolean;
  readonly isAuthorization: boolean;
  readonly isCapture: boolean;
  readonly isVoided: boolean;
  /** By whatever amount. */
  readonly isRefunded: boolean;
  readonly source: { readonly type: string; readonly pan: string };
}

/** The same with what only Paymob's own answer can be believed about. */
export interface ReadTransaction extends PaymobTransaction {
  /** Of its amount, in minor units. */
  readonly givenBack: bigint;
  readonly isSettled: boolean;
  readonly parent: string | undefined;
  /** Our payment's id, as we have given it. */
  readonly paymentId: string | undefined;
  /** By the clocks of Cairo: `2026-11-20`. */
  readonly day: string;
  /** Why it was declined. */
  readonly message: string | undefined;
}

/** Undefined for what is no transaction, or not in money that we know. */
export function transactionOf(obj: Record<string, unknown>): PaymobTransaction | undefined {
  const { currency } = obj;
  const id = asText(obj.id);
  const orderId = asText(asRecord(obj.order)?.id ?? obj.order);
  const cents = Number(asText(obj.amount_cents) ?? NaN);
  if (!id || !orderId || !Number.isSafeInteger(cents) || cents < 0 || !isCurrencyCode(currency)) return undefined;
  const source = asRecord(obj.source_data);
  return {
    id,
    orderId,
    integrationId: asText(obj.integration_id) ?? '',
    amount: Money.of(BigInt(cents), currency),
    state: isTrue(obj.success) ? 'success' : isTrue(obj.pending) ? 'pending' : 'declined',
    isChild: isTrue(obj.has_parent_transaction),
    isAuthorization: isTrue(obj.is_auth),
    isCapture: isTrue(obj.is_capture),
    isVoided: isTrue(obj.is_voided),
    isRefunded: isTrue(obj.is_refunded),
    source: { type: asText(source?.type) ?? '', pan: asText(source?.pan) ?? '' },
  };
}

/** A transaction that we have read; some accounts wrap it up. */
export function readTransactionOf(answer: Readonly<Record<string, unknown>>): ReadTransaction | undefined {
  const obj = asRecord(answer.obj) ?? answer;
  const transaction = transactionOf(obj);
  if (!transaction) return undefined;
  const given = Number(asText(obj.refunded_amount_cents) ?? 0);
  if (!Number.isSafeInteger(given) || given < 0) return undefined;
  return {
    ...transaction,
    givenBack: transaction.isVoided ? transaction.amount.minor : BigInt(given),
    isSettled: isTrue(obj.is_settled),
    parent: parentOf(obj),
    paymentId: paymentIdOf(obj),
    day: asText(obj.created_at)?.slice(0, 10) ?? '',
    message: asText(asRecord(obj.data)?.message),
  };
}

/** Which transaction it follows. Nobody signs that: of a callback it is a hint. */
export function parentOf({ parent_transaction: parent }: Record<string, unknown>): string | undefined {
  return asText(asRecord(parent)?.id ?? parent);
}

/** Our payment's id, as we have given it. Nobody signs that: of a callback it is a hint. */
export function paymentIdOf({ order }: Record<string, unknown>): string | undefined {
  return asText(asRecord(order)?.merchant_order_id);
}

/** Older documentation shows them as texts. */
function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}
