import type Stripe from 'stripe';
import { newId } from './ids.js';

const daySeconds = 24 * 60 * 60;

/** Visa's codes for the reasons. */
const networkReasonCodes = new Map([
  ['credit_not_processed', '13.7'],
  ['duplicate', '12.6.1'],
  ['fraudulent', '10.4'],
  ['product_not_received', '13.1'],
  ['product_unacceptable', '13.3'],
  ['subscription_canceled', '13.2'],
]);

const noEvidence: Stripe.Dispute.Evidence = {
  access_activity_log: null,
  billing_address: null,
  cancellation_policy: null,
  cancellation_policy_disclosure: null,
  cancellation_rebuttal: null,
  customer_communication: null,
  customer_email_address: null,
  customer_name: null,
  customer_purchase_ip: null,
  customer_signature: null,
  duplicate_charge_documentation: null,
  duplicate_charge_explanation: null,
  duplicate_charge_id: null,
  enhanced_evidence: {},
  product_description: null,
  receipt: null,
  refund_policy: null,
  refund_policy_disclosure: null,
  refund_refusal_explanation: null,
  service_date: null,
  service_documentation: null,
  shipping_address: null,
  shipping_carrier: null,
  shipping_date: null,
  shipping_documentation: null,
  shipping_tracking_number: null,
  uncategorized_file: null,
  uncategorized_text: null,
};

export function newDispute(
  charge: Stripe.Charge,
  { inquiry, amount, reason }: { inquiry: boolean; amount: number; reason: string },
  created: number,
): Stripe.Dispute {
  const card = charge.payment_method_details?.card;
  return {
    id: newId('dispute'),
    object: 'dispute',
    amount,
    balance_transactions: [],
    charge: charge.id,
    created,
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: noEvidence,
    evidence_details: {
      due_by: dueBy(created),
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: inquiry,
    livemode: false,
    // Empty for good: a dispute is joined with its payment by the charge or the PaymentIntent.
    metadata: {},
    payment_intent: charge.payment_intent,
    ...(card && {
      payment_method_details: {
        card: {
          brand: card.brand ?? 'visa',
          case_type: inquiry ? 'inquiry' : 'chargeback',
          network: card.network ?? 'visa',
          network_reason_code: inquiry ? '10' : (networkReasonCodes.get(reason) ?? null),
        },
        type: 'card',
      },
    }),
    reason,
    status: inquiry ? 'warning_needs_response' : 'needs_response',
  } satisfies Stripe.Dispute;
}

/** The end of the day, eight days on. */
export function dueBy(from: number): number {
  return (Math.floor(from / daySeconds) + 9) * daySeconds - 1;
}

export function knownEvidence(charge: Stripe.Charge): Partial<Stripe.Dispute.Evidence> {
  const { email, name } = charge.billing_details;
  return { customer_email_address: email, customer_name: name, product_description: charge.description };
}
