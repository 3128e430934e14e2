import type Stripe from 'stripe';
import type { Account } from './account.js';
import { noSuch } from './errors.js';
import { newId, randomText } from './ids.js';
import { createdFilter, listRoute } from './lists.js';
import { text, type ShapeOf } from './params.js';
import { route } from './routes.js';
import type { Decline } from './test-cards.js';

const filters = {
  ...createdFilter,
  customer: text(),
  payment_intent: text(),
  transfer_group: text(),
} satisfies Omit<ShapeOf<Stripe.ChargeListParams>, 'limit' | 'starting_after' | 'ending_before'>;

export const chargeRoutes = [
  route({
    method: 'GET',
    path: '/v1/charges/:id',
    answers: 'charge',
    params: {},
    handle({ account, id }) {
      const charge = account.store.charges.find(id);
      if (!charge) throw noSuch('charge', id, 'id', 404);
      return charge;
    },
  }),
  listRoute({
    path: '/v1/charges',
    object: 'charge',
    filters,
    from: (account) => account.store.charges.newestFirst(),
    keep: (charge, { customer, payment_intent: intent, transfer_group: group }) =>
      (customer === undefined || charge.customer === customer) &&
      (intent === undefined || charge.payment_intent === intent) &&
      (group === undefined || charge.transfer_group === group),
  }),
];

/** The charge that a PaymentIntent was paid by, if it was. */
export function paidCharge(account: Account, intentId: string): Stripe.Charge | undefined {
  return account.store.charges.filter(
    ({ payment_intent: intent, status }) => intent === intentId && status === 'succeeded',
  )[0];
}

/** How the issuer or the bank took it. */
export type ChargeResult = { status: 'succeeded' } | { status: 'pending' } | { status: 'failed'; decline: Decline };

type ResultFields = Pick<
  Stripe.Charge,
  | 'amount_captured'
  | 'balance_transaction'
  | 'captured'
  | 'failure_code'
  | 'failure_message'
  | 'outcome'
  | 'paid'
  | 'receipt_url'
  | 'status'
>;

/** The part of a charge that its result decides. A balance transaction comes later (see settleCharges). */
export function resultOfCharge(result: ChargeResult, amount: number, receiptUrl: string): ResultFields {
  const failed = result.status === 'failed' ? result.decline : undefined;
  return {
    amount_captured: failed ? 0 : amount,
    balance_transaction: null,
    captured: !failed,
    failure_code: failed?.code ?? null,
    failure_message: failed?.message ?? null,
    outcome: outcome(failed),
    paid: result.status === 'succeeded',
    receipt_url: failed ? null : receiptUrl,
    status: result.status,
  };
}

export function newCharge(
  intent: Stripe.PaymentIntent,
  paymentMethod: Stripe.PaymentMethod,
  result: ChargeResult,
  created: number,
  receiptUrl: string,
): Stripe.Charge {
  return {
    id: newId('charge'),
    object: 'charge',
    amount: intent.amount,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    billing_details: paymentMethod.billing_details,
    calculated_statement_descriptor: intent.statement_descriptor ?? 'SANDBOX',
    created,
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    fraud_details: {},
    livemode: false,
    metadata: intent.metadata,
    on_behalf_of: null,
    payment_intent: intent.id,
    payment_method: paymentMethod.id,
    payment_method_details: methodDetails(paymentMethod, intent.amount, result),
    radar_options: {},
    receipt_email: intent.receipt_email,
    receipt_number: null,
    refunded: false,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: intent.statement_descriptor,
    statement_descriptor_suffix: intent.statement_descriptor_suffix,
    transfer_data: null,
    transfer_group: intent.transfer_group,
    ...resultOfCharge(result, intent.amount, receiptUrl),
  };
}

function outcome(decline: Decline | undefined): Stripe.Charge.Outcome {
  const risk = { risk_level: 'normal', risk_score: 25 };
  if (!decline) {
    const none = { advice_code: null, network_advice_code: null, network_decline_code: null, reason: null };
    const seller_message = 'Payment complete.';
    return { ...none, network_status: 'approved_by_network', ...risk, seller_message, type: 'authorized' };
  }
  return {
    advice_code: decline.advice,
    network_advice_code: null,
    network_decline_code: decline.networkDeclineCode,
    network_status: decline.blocked ? 'not_sent_to_network' : 'declined_by_network',
    reason: decline.blocked ? 'highest_risk_level' : decline.declineCode,
    ...(decline.blocked ? { risk_level: 'highest', risk_score: 97 } : risk),
    seller_message: decline.sellerMessage,
    type: decline.blocked ? 'blocked' : 'issuer_declined',
  };
}

function methodDetails(
  { card, sepa_debit: debit }: Stripe.PaymentMethod,
  amount: number,
  result: ChargeResult,
): Stripe.Charge.PaymentMethodDetails {
  if (card) return { card: cardDetails(card, amount, result.status === 'failed'), type: 'card' };
  if (!debit) return { type: 'unknown' };
  const { bank_code, branch_code, country, fingerprint, last4 } = debit;
  return { sepa_debit: { bank_code, branch_code, country, fingerprint, last4, mandate: null }, type: 'sepa_debit' };
}

function cardDetails(
  {
    brand,
    checks,
    country,
    exp_month,
    exp_year,
    fingerprint,
    funding,
    last4,
    regulated_status,
  }: Stripe.PaymentMethod.Card,
  amount: number,
  failed: boolean,
): Stripe.Charge.PaymentMethodDetails.Card {
  return {
    amount_authorized: failed ? null : amount,
    authorization_code: randomText(6).toUpperCase(),
    brand,
    checks,
    country,
    electronic_commerce_indicator: '07',
    exp_month,
    exp_year,
    extended_authorization: { status: 'disabled' },
    fingerprint,
    funding,
    incremental_authorization: { status: 'unavailable' },
    installments: null,
    last4,
    mandate: null,
    multicapture: { status: 'unavailable' },
    network: brand,
    network_token: { used: false },
    network_transaction_id: randomText(15),
    overcapture: { maximum_amount_capturable: amount, status: 'unavailable' },
    regulated_status,
    three_d_secure: null,
    transaction_link_id: null,
    wallet: null,
  };
}
