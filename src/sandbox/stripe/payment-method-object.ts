import { createHash } from 'node:crypto';
import type Stripe from 'stripe';
import type { Account } from './account.js';
import { newId } from './ids.js';
import type { TestCard } from './test-cards.js';

/** Who pays, as typed on the hosted page. */
export interface BillingDetails {
  email: string | null;
  name: string | null;
}

export interface CardDetails {
  expMonth: number;
  expYear: number;
}

export function cardPaymentMethod(
  account: Account,
  card: TestCard,
  { expMonth, expYear }: CardDetails,
  billing: BillingDetails = { email: null, name: null },
): Stripe.PaymentMethod {
  return account.store.paymentMethods.put({
    ...common(account, billing),
    card: {
      brand: card.brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: cvcCheck(card) },
      country: 'US',
      display_brand: card.brand,
      exp_month: expMonth,
      exp_year: expYear,
      fingerprint: fingerprint(card.number),
      funding: 'credit',
      generated_from: null,
      last4: card.number.slice(-4),
      networks: { available: [card.brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    type: 'card',
  });
}

/** A method whose money arrives days later. */
export function bankDebitPaymentMethod(account: Account, billing: BillingDetails): Stripe.PaymentMethod {
  return account.store.paymentMethods.put({
    ...common(account, billing),
    sepa_debit: {
      bank_code: '37040044',
      branch_code: '',
      country: 'DE',
      fingerprint: fingerprint('DE89370400440532013000'),
      generated_from: { charge: null, setup_attempt: null },
      last4: '3000',
    },
    type: 'sepa_debit',
  });
}

function cvcCheck(card: TestCard): 'pass' | 'fail' {
  return card.decline?.code === 'incorrect_cvc' ? 'fail' : 'pass';
}

function billingDetails({ email, name }: BillingDetails): Stripe.PaymentMethod.BillingDetails {
  const address = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null };
  return { address, email, name, phone: null, tax_id: null };
}

function common(account: Account, billing: BillingDetails): Omit<Stripe.PaymentMethod, 'type'> {
  return {
    id: newId('payment_method'),
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: billingDetails(billing),
    created: account.now(),
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: {},
  };
}

/** The same card has the same fingerprint every time. */
function fingerprint(number: string): string {
  return createHash('sha256').update(number).digest('base64url').replace(/[-_]/g, 'x').slice(0, 16);
}
