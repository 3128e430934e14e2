import { billingOf } from './intention-object.js';
import { paymentsOf } from './intentions.js';
import type { Merchant } from './merchant.js';
import { acquirerData } from './acquirer-data.js';
import type { Intention, Transaction } from './store.js';
import { cairoTime } from './time.js';

/** A transaction as callbacks and answers show it. */
export interface TransactionObject {
  id: number;
  pending: boolean;
  amount_cents: number;
  success: boolean;
  is_auth: boolean;
  is_capture: boolean;
  is_standalone_payment: boolean;
  is_voided: boolean;
  is_refunded: boolean;
  is_3d_secure: boolean;
  integration_id: number;
  profile_id: number;
  has_parent_transaction: boolean;
  order: OrderObject;
  /** In Cairo, and without saying so. */
  created_at: string;
  transaction_processed_callback_responses: never[];
  currency: string;
  source_data: { pan: string | null; type: string; tenure: null; sub_type: string };
  api_source: string;
  terminal_id: null;
  merchant_commission: null;
  installment: null;
  discount_details: never[];
  is_void: boolean;
  is_refund: boolean;
  data: { message: string } & Record<string, unknown>;
  is_hidden: boolean;
  /** Null where nobody paid by a key: refunds and voids. */
  payment_key_claims: PaymentKeyClaims | null;
  error_occured: boolean;
  is_live: boolean;
  other_endpoint_reference: null;
  refunded_amount_cents: number | null;
  source_id: number;
  is_captured: boolean;
  captured_amount: null;
  merchant_staff_tag: null;
  updated_at: string;
  is_settled: boolean;
  bill_balanced: boolean;
  is_bill: boolean;
  owner: number;
  parent_transaction: number | null;
}

interface OrderObject {
  id: number;
  created_at: string;
  merchant: { id: number } & Record<string, unknown>;
  amount_cents: number;
  currency: string;
  merchant_order_id: string | null;
  paid_amount_cents: number;
  items: object[];
  [more: string]: unknown;
}

interface PaymentKeyClaims {
  extra: object;
  user_id: number;
  currency: string;
  order_id: number;
  amount_cents: number;
  billing_data: Record<string, string>;
  redirect_url: string;
  integration_id: number;
  lock_order_when_paid: boolean;
  next_payment_intention: string;
  single_payment_attempt: boolean;
}

export function transactionObject(merchant: Merchant, transaction: Transaction): TransactionObject {
  const intention = merchant.store.intentions.get(transaction.intention);
  const { status, kind, source, parent } = transaction;
  const id = Number(transaction.id);
  const isPayment = kind === 'payment';
  return {
    id,
    pending: status === 'pending',
    amount_cents: transaction.amount,
    success: status === 'success',
    is_auth: false,
    is_capture: false,
    is_standalone_payment: isPayment,
    is_voided: transaction.voided,
    // By whatever amount.
    is_refunded: (transaction.refunded ?? 0) > 0,
    is_3d_secure: isPayment && source.type === 'card',
    integration_id: integrationOf(intention),
    profile_id: merchant.profileId,
    has_parent_transaction: parent !== null,
    order: orderObject(merchant, intention),
    created_at: cairoTime(transaction.createdAt, id),
    transaction_processed_callback_responses: [],
    currency: intention.order.currency,
    source_data: { pan: source.pan, type: source.type, tenure: null, sub_type: source.subType },
    api_source: isPayment ? 'IFRAME' : 'OTHER',
    terminal_id: null,
    merchant_commission: null,
    installment: null,
    discount_details: [],
    is_void: kind === 'void',
    is_refund: kind === 'refund',
    data: acquirerData(transaction, intention),
    is_hidden: false,
    payment_key_claims: isPayment ? claims(merchant, transaction, intention) : null,
    error_occured: status === 'declined',
    is_live: false,
    other_endpoint_reference: null,
    refunded_amount_cents: transaction.refunded,
    source_id: -1,
    is_captured: false,
    captured_amount: null,
    merchant_staff_tag: null,
    updated_at: cairoTime(transaction.updatedAt, id),
    is_settled: false,
    bill_balanced: false,
    is_bill: false,
    owner: merchant.ownerId,
    parent_transaction: parent === null ? null : Number(parent),
  };
}

/** Which of several is used, the buyer chooses on the page; here it is always the first. */
export function integrationOf({ order }: Intention): number {
  return order.paymentMethods[0] ?? 0;
}

function claims(merchant: Merchant, transaction: Transaction, intention: Intention): PaymentKeyClaims {
  const { id, orderId, order } = intention;
  return {
    extra: order.extras,
    user_id: merchant.ownerId,
    currency: order.currency,
    order_id: orderId,
    amount_cents: order.amount,
    billing_data: billingOf(intention),
    redirect_url: `${merchant.baseUrl}/unifiedcheckout/payment-status?payment_token=sandbox&trx_id=${transaction.id}`,
    integration_id: integrationOf(intention),
    lock_order_when_paid: false,
    next_payment_intention: id,
    single_payment_attempt: false,
  };
}

function orderObject(merchant: Merchant, intention: Intention): OrderObject {
  const { orderId, order, createdAt } = intention;
  const isPaid = paymentsOf(merchant, intention).some(({ status }) => status === 'success');
  return {
    id: orderId,
    created_at: cairoTime(createdAt, orderId),
    delivery_needed: false,
    merchant: {
      id: merchant.profileId,
      created_at: '2024-02-11T09:20:31.104882',
      phones: ['+200000000000'],
      company_emails: ['merchant@example.com'],
      company_name: 'Sandbox',
      state: '',
      country: 'EGY',
      city: 'Cairo',
      postal_code: '',
      street: '',
    },
    collector: null,
    amount_cents: order.amount,
    shipping_data: { ...billingOf(intention), shipping_method: 'UNK', order_id: orderId, order: orderId },
    currency: order.currency,
    is_payment_locked: false,
    is_return: false,
    is_cancel: false,
    is_returned: false,
    is_canceled: false,
    merchant_order_id: order.specialReference,
    wallet_notification: null,
    paid_amount_cents: isPaid ? order.amount : 0,
    notify_user_with_email: false,
    items: order.items.map(({ name, description, amount, quantity }) => ({
      name,
      description,
      amount_cents: amount,
      quantity,
    })),
    order_url: 'NA',
    commission_fees: null,
    delivery_fees_cents: null,
    delivery_vat_cents: null,
    payment_method: 'tbc',
    merchant_staff_tag: null,
    api_source: 'OTHER',
    data: {},
  };
}
