import type { Intention, Transaction } from './store.js';
import { utcTime } from './time.js';

const withThreeDecimals = new Set(['BHD', 'JOD', 'KWD', 'OMR']);

/** What the acquirer says, under `data`. None of it is signed, and its amounts are in major units, whatever they are called. */
export function acquirerData(
  transaction: Transaction,
  intention: Intention,
): { message: string } & Record<string, unknown> {
  const { id, message, source, kind, createdAt } = transaction;
  const { currency } = intention.order;
  const common = {
    gateway_integration_pk: intention.order.paymentMethods[0],
    created_at: utcTime(createdAt, Number(id)),
  };
  if (source.type === 'wallet') {
    return { ...common, klass: 'WalletPayment', message, wallet_msisdn: source.pan, wallet_issuer: 'sandbox' };
  }
  if (source.type === 'aggregator') {
    return {
      ...common,
      klass: 'CashPayment',
      message,
      bill_reference: billReference(transaction),
      cashout_amount: null,
    };
  }
  const amount = transaction.amount / (withThreeDecimals.has(currency) ? 1000 : 100);
  const wasCharged = transaction.status === 'success';
  return {
    ...common,
    klass: 'MigsPayment',
    amount: transaction.amount,
    currency,
    migs_order: {
      acceptPartialAmount: false,
      amount,
      authenticationStatus: 'AUTHENTICATION_SUCCESSFUL',
      creationTime: createdAt,
      currency,
      id: String(intention.orderId),
      status: wasCharged ? 'CAPTURED' : 'FAILED',
      totalAuthorizedAmount: wasCharged ? amount : 0,
      totalCapturedAmount: wasCharged ? amount : 0,
      totalRefundedAmount: null,
    },
    migs_result: wasCharged ? 'SUCCESS' : 'FAILURE',
    migs_transaction: { amount, currency, id, type: { payment: 'PAYMENT', refund: 'REFUND', void: 'VOID' }[kind] },
    ...responseCodes(transaction),
    message,
    merchant_txn_ref: id,
    order_info: String(intention.orderId),
    card_type: source.subType.toUpperCase(),
    secure_hash: '',
    captured_amount: wasCharged ? amount : 0,
    authorised_amount: wasCharged ? amount : 0,
    refunded_amount: null,
  };
}

/** What the buyer tells the kiosk. */
export function billReference({ id }: Transaction): number {
  return Number(id) % 10_000_000;
}

export function responseCodes({ status }: Transaction): { txn_response_code: string; acq_response_code: string } {
  if (status === 'success') return { txn_response_code: 'APPROVED', acq_response_code: '00' };
  if (status === 'pending') return { txn_response_code: 'PENDING', acq_response_code: '-' };
  return { txn_response_code: 'DECLINED', acq_response_code: '05' };
}
