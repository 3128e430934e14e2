import { randomBytes } from 'node:crypto';
import type Stripe from 'stripe';
import { idFrom, newId } from './ids.js';

export type PayoutFailure = keyof typeof failures;

/** Why banks send payouts back. */
export const failures = {
  account_closed: 'The bank account has been closed.',
  account_frozen: 'The bank account has been frozen.',
  bank_account_restricted:
    'The bank account has restrictions on either the type, or the number, of payouts allowed. This normally indicates ' +
    'that the bank account is a savings or other non-checking account.',
  could_not_process: 'Stripe could not process this transfer.',
  declined: 'The bank has declined this transfer. Please contact the bank before retrying.',
  invalid_account_number: 'The routing number seems correct, but the account number is invalid.',
  no_account: 'The bank account details on file are probably incorrect. No bank account could be located.',
} as const;

export interface PayoutOrder {
  amount: number;
  currency: string;
  automatic: boolean;
  description: string | null;
  metadata: Stripe.Metadata;
  statementDescriptor: string | null;
  request?: Stripe.Event.Request;
}

/** The platform's own account at a bank. */
export const platformBank = idFrom('bank_account', 'platform');

const daySeconds = 24 * 60 * 60;
const businessDays = 2;

export function newPayout(order: PayoutOrder, created: number): Stripe.Payout {
  return {
    id: newId('payout'),
    object: 'payout',
    amount: order.amount,
    application_fee: null,
    application_fee_amount: null,
    arrival_date: arrivalOf(created),
    automatic: order.automatic,
    balance_transaction: null,
    created,
    currency: order.currency,
    description: order.description,
    destination: platformBank,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    livemode: false,
    metadata: order.metadata,
    method: 'standard',
    original_payout: null,
    payout_method: null,
    reconciliation_status: order.automatic ? 'in_progress' : 'not_applicable',
    reversed_by: null,
    source_type: 'card',
    statement_descriptor: order.statementDescriptor,
    status: 'pending',
    trace_id: { status: 'pending', value: null },
    type: 'bank_account',
  } satisfies Stripe.Payout;
}

/** The bank's own number for it. */
export function traced(): Stripe.Payout.TraceId {
  return { status: 'supported', value: Array.from(randomBytes(15), (byte) => byte % 10).join('') };
}

/** The start of a day two business days on, in UTC. */
function arrivalOf(created: number): number {
  let day = Math.floor(created / daySeconds);
  for (let left = businessDays; left > 0;) {
    day += 1;
    // The first day of Unix time was a Thursday.
    if ((day + 4) % 7 !== 0 && (day + 4) % 7 !== 6) left -= 1;
  }
  return day * daySeconds;
}
