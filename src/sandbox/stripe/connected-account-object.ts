import type Stripe from 'stripe';
import { newId } from './ids.js';

/** An account of somebody else's to which the platform sends money. */
export type ConnectedAccount = Stripe.Account & {
  capabilities: Stripe.Account.Capabilities;
  created: number;
  metadata: Stripe.Metadata;
  requirements: Stripe.Account.Requirements;
};

export type AccountProfile = Pick<ConnectedAccount, 'business_profile' | 'business_type' | 'email' | 'metadata'> & {
  capabilities: ('card_payments' | 'transfers')[];
  country: string;
  default_currency: string;
  service_agreement: string | undefined;
};

/** What an Express account owes Stripe before anybody has seen the form. */
export const dueAtFirst = ['business_type', 'external_account', 'tos_acceptance.date', 'tos_acceptance.ip'];

export const emptyBusinessProfile: Stripe.Account.BusinessProfile = {
  annual_revenue: null,
  estimated_worker_count: null,
  mcc: null,
  minority_owned_business_designation: null,
  name: null,
  product_description: null,
  specified_commercial_transactions_act_url: null,
  support_address: null,
  support_email: null,
  support_phone: null,
  support_url: null,
  url: null,
};

const currencies: Readonly<Record<string, string>> = {
  ...{ AE: 'aed', AU: 'aud', BR: 'brl', CA: 'cad', CH: 'chf', CZ: 'czk', DK: 'dkk', EG: 'egp', GB: 'gbp', HK: 'hkd' },
  ...{ HU: 'huf', IN: 'inr', JP: 'jpy', KE: 'kes', MX: 'mxn', MY: 'myr', NG: 'ngn', NO: 'nok', NZ: 'nzd', PL: 'pln' },
  ...{ RO: 'ron', SE: 'sek', SG: 'sgd', TH: 'thb', TZ: 'tzs', UG: 'ugx', US: 'usd', ZA: 'zar' },
};
const euro = new Set('AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK'.split(' '));

export function currencyOfCountry(country: string): string {
  return euro.has(country) ? 'eur' : (currencies[country] ?? 'usd');
}

export function newConnectedAccount(profile: AccountProfile, created: number): ConnectedAccount {
  const id = newId('account');
  const { capabilities, service_agreement: agreement, ...given } = profile;
  return {
    id,
    object: 'account',
    ...given,
    capabilities: Object.fromEntries(capabilities.map((name) => [name, 'inactive'])),
    charges_enabled: false,
    controller: {
      fees: { payer: 'application_express' },
      is_controller: true,
      losses: { payments: 'application' },
      requirement_collection: 'stripe',
      stripe_dashboard: { type: 'express' },
      type: 'application',
    },
    created,
    details_submitted: false,
    external_accounts: { object: 'list', data: [], has_more: false, url: `/v1/accounts/${id}/external_accounts` },
    future_requirements: requirements([], null),
    payouts_enabled: false,
    requirements: requirements(dueAtFirst, 'requirements.past_due'),
    settings: settingsOf(),
    tos_acceptance: { date: null, ...(agreement !== undefined && { service_agreement: agreement }) },
    type: 'express',
  } satisfies Stripe.Account;
}

export function requirements(
  due: string[],
  disabledReason: Stripe.Account.Requirements.DisabledReason | null,
  pendingVerification: string[] = [],
): Stripe.Account.Requirements {
  return {
    alternatives: [],
    current_deadline: null,
    currently_due: due,
    disabled_reason: disabledReason,
    errors: [],
    eventually_due: due,
    past_due: disabledReason === 'requirements.past_due' ? due : [],
    pending_verification: pendingVerification,
  };
}

/** The account of the holder at a bank that exists in tests only. */
export function testBankAccount(account: Stripe.Account): Stripe.BankAccount {
  return {
    id: newId('bank_account'),
    object: 'bank_account',
    account: account.id,
    account_holder_name: null,
    account_holder_type: null,
    account_type: null,
    available_payout_methods: ['standard'],
    bank_name: 'STRIPE TEST BANK',
    country: account.country ?? 'US',
    currency: account.default_currency ?? 'usd',
    default_for_currency: true,
    fingerprint: null,
    last4: '6789',
    metadata: {},
    routing_number: '110000000',
    status: 'new',
  };
}

function settingsOf(): Stripe.Account.Settings {
  return {
    bacs_debit_payments: { display_name: null, service_user_number: null },
    branding: { icon: null, logo: null, primary_color: null, secondary_color: null },
    card_issuing: { tos_acceptance: { date: null, ip: null } },
    card_payments: {
      decline_on: { avs_failure: false, cvc_failure: false },
      statement_descriptor_prefix: null,
      statement_descriptor_prefix_kana: null,
      statement_descriptor_prefix_kanji: null,
    },
    dashboard: { display_name: null, timezone: 'Etc/UTC' },
    invoices: { default_account_tax_ids: null, hosted_payment_method_save: null },
    payments: {
      statement_descriptor: null,
      statement_descriptor_kana: null,
      statement_descriptor_kanji: null,
      statement_descriptor_prefix_kana: null,
      statement_descriptor_prefix_kanji: null,
    },
    payouts: {
      debit_negative_balances: true,
      schedule: { delay_days: 2, interval: 'daily' },
      statement_descriptor: null,
    },
    sepa_debit_payments: {},
  };
}
