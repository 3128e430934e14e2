import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProviderReport } from '../../src/payments/ports/payment-strategy.js';
import { Money } from '../../src/platform/money/index.js';

/*
 * What Stripe sends, in full: every field that recorded events and answers have, of the version that the webhook's endpoint may be at and of
 * one from 2020. The shapes are Stripe's; ids, amounts and people are made up. The stand-in sends less than this.
 */
export const folder = join(import.meta.dirname, '..', 'fixtures', 'stripe');

export const textOf = (name: string) => readFileSync(join(folder, `${name}.json`), 'utf8');

export const sample = <T = object>(name: string) => JSON.parse(textOf(name)) as T;

export const SESSION = 'cs_test_a1SampleCheckout00000000000000000000000000000000000000001';

export const INTENT = 'pi_3SampleIntent000000000001';

export const usd = (minor: number) => Money.of(minor, 'USD');

export const at = (seconds: number) => new Date((1_795_000_000 + seconds) * 1000);

const checkout = { kind: 'attempt', reference: SESSION, paymentId: 'pay_of_the_sample', redirectUrl: null } as const;

const paid = { ...checkout, outcome: 'paid', transactionId: INTENT } as const;

export const refund = {
  kind: 'refund',
  status: 'SUCCEEDED',
  providerRefundId: 're_3SampleRefund0000000001',
  refundId: 'rfd_of_the_sample',
  transactionId: INTENT,
  amount: usd(3000),
} as const;

export const dispute = {
  kind: 'dispute',
  externalId: 'du_1SampleDispute000000000001',
  transactionId: INTENT,
  status: 'NEEDS_RESPONSE',
  amount: usd(10_000),
  reason: 'fraudulent',
  openedAt: at(10),
  dueBy: at(700_000),
  withdrawn: true,
  reinstated: false,
} as const;

const ofOld = { externalId: 'dp_1SampleDispute000000000002' };

const movements = { kind: 'movements', transactionId: INTENT } as const;

/** Every event there is a sample of, and what it says to us. */
export const events: Record<string, ProviderReport | undefined> = {
  'checkout.session.completed': { ...paid, received: usd(10_000), buyerCountry: 'KE' },
  // Without mode, with the items on display, and with nothing in its metadata: known by client_reference_id.
  'checkout.session.completed.2020-03-02': { ...paid, received: usd(10_000) },
  'checkout.session.completed.unpaid': { ...checkout, outcome: 'processing' },
  'checkout.session.completed.setup': undefined,
  'checkout.session.async_payment_succeeded': { ...paid, received: Money.of(10_000, 'EUR') },
  'checkout.session.async_payment_failed': { ...checkout, outcome: 'failed', reason: 'async_payment_failed' },
  'checkout.session.expired': { ...checkout, outcome: 'expired', reason: 'checkout_expired' },
  'payment_intent.succeeded': {
    ...{ kind: 'attempt', outcome: 'paid', paymentId: 'pay_of_the_sample', redirectUrl: null },
    ...{ transactionId: INTENT, received: usd(10_000) },
  },
  'payment_intent.succeeded.2020-03-02': {
    ...{ kind: 'attempt', outcome: 'paid', paymentId: 'pay_of_the_sample', redirectUrl: null },
    ...{ transactionId: INTENT, received: usd(10_000) },
  },
  'payment_intent.canceled.2020-03-02': {
    ...{ kind: 'attempt', outcome: 'expired', paymentId: 'pay_of_the_sample', redirectUrl: null },
    ...{ reference: INTENT, reason: 'abandoned' },
  },
  'payment_intent.payment_failed': undefined,
  'payment_intent.amount_capturable_updated': undefined,
  'charge.succeeded.2020-03-02': undefined,
  'charge.failed': undefined,
  'charge.refunded': movements,
  'charge.refunded.2020-03-02': movements,
  'charge.updated': movements,
  'refund.created': refund,
  'refund.created.pending': { ...refund, status: 'PENDING', refundId: undefined },
  'refund.created.2020-03-02': { ...refund, refundId: undefined },
  'refund.updated': refund,
  'charge.refund.updated': refund,
  'refund.failed': { ...refund, status: 'FAILED', reason: 'expired_or_canceled_card' },
  'charge.dispute.created': { ...dispute, withdrawn: false },
  'charge.dispute.funds_withdrawn': dispute,
  'charge.dispute.updated': { ...dispute, status: 'UNDER_REVIEW' },
  'charge.dispute.funds_reinstated': { ...dispute, status: 'WON', reinstated: true },
  'charge.dispute.closed': { ...dispute, status: 'WON', reinstated: true },
  'charge.dispute.created.2020-03-02': {
    ...{ ...dispute, ...ofOld, status: 'INQUIRY', reason: 'general', withdrawn: false },
  },
  // Its charge and its intent are whole objects, and its balance transactions are not told.
  'charge.dispute.funds_withdrawn.2020-03-02': { ...dispute, ...ofOld },
  'customer.updated': undefined,
  'radar.early_fraud_warning.created.2020-03-02': undefined,
};
