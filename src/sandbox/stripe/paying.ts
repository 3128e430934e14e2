import type Stripe from 'stripe';
import type { Account } from './account.js';
import { subscribeByCard } from './billing/subscribing-at-checkout.js';
import { resultOfCharge, type ChargeResult } from './charges.js';
import { chargeMethod, fail, putCharge, receiptUrl, succeed, type Charged } from './charging.js';
import { completeSession, existingSession, openSession } from './checkout-sessions.js';
import { idOf } from './ids.js';
import { requireAction } from './next-action.js';
import { intentForSession } from './payment-intent-object.js';
import {
  bankDebitPaymentMethod,
  cardPaymentMethod,
  type BillingDetails,
  type CardDetails,
} from './payment-method-object.js';
import { findCard, isRefused, type Decline, type RefusedNumber } from './test-cards.js';

/** What a buyer types on the hosted page. */
export interface Buyer extends BillingDetails, CardDetails {
  cardNumber: string;
}

export interface PaymentAttempt {
  /**
   * `refused`: the number never became a payment method, and nothing was recorded. `requires_action`: the buyer has to go to the bank's
   * page first (see `authenticate`).
   */
  outcome: 'paid' | 'declined' | 'refused' | 'processing' | 'requires_action';
  /** What the buyer is told. */
  message: string | null;
  session: Stripe.Checkout.Session;
  paymentIntent: Stripe.PaymentIntent | null;
  charge: Stripe.Charge | null;
}

/**
 * The buyer presses Pay. A decline leaves the session open for another try on the same PaymentIntent; a bank that wants to see the buyer
 * first leaves it open until they come back from its page.
 */
export function payByCard(account: Account, sessionId: string, buyer: Buyer): PaymentAttempt {
  if (existingSession(account.store, sessionId).mode === 'subscription')
    return subscribeByCard(account, sessionId, buyer);
  const session = openSession(account, sessionId, 'payment');
  const card = findCard(buyer.cardNumber);
  if (isRefused(card)) return refusal(session, card);
  const intent = startedIntent(account, session);
  const method = cardPaymentMethod(account, card, buyer, buyer);
  if (card.authentication) {
    const paymentIntent = requireAction(account, intent, method, `${account.baseUrl}/stripe/checkout/${session.id}`);
    const open = existingSession(account.store, session.id);
    return { outcome: 'requires_action', message: null, session: open, paymentIntent, charge: null };
  }
  return concluded(account, sessionId, chargeMethod(account, intent, method), buyer);
}

/** The buyer is back from the bank, which has agreed. */
export function payAuthenticated(account: Account, session: Stripe.Checkout.Session): PaymentAttempt {
  const intent = account.store.paymentIntents.get(idOf(session.payment_intent));
  const method = account.store.paymentMethods.get(idOf(intent.payment_method));
  return concluded(account, session.id, chargeMethod(account, intent, method), method.billing_details);
}

/** The buyer pays by a method whose money comes days later: the session is complete and still unpaid. */
export function payByBankDebit(account: Account, sessionId: string, billing: BillingDetails): PaymentAttempt {
  const session = openSession(account, sessionId, 'payment');
  const intent = startedIntent(account, session);
  const method = bankDebitPaymentMethod(account, billing);
  const charge = putCharge(account, intent, method, { status: 'pending' });
  account.record('charge.pending', charge);
  const processing = account.store.paymentIntents.update(intent.id, {
    last_payment_error: null,
    latest_charge: charge.id,
    payment_method: method.id,
    status: 'processing',
  });
  account.record('payment_intent.processing', processing);
  const completed = completeSession(account, session.id, 'unpaid', billing);
  return { outcome: 'processing', message: null, session: completed, paymentIntent: processing, charge };
}

/** Days later: the money of a bank debit arrives, or does not. */
export function finishBankDebit(account: Account, sessionId: string, arrived: boolean): PaymentAttempt {
  const session = existingSession(account.store, sessionId);
  const intent = intentOf(account, session);
  if (intent?.status !== 'processing') throw new Error(`Checkout Session ${sessionId} does not wait for money.`);
  const charge = account.store.charges.get(idOf(intent.latest_charge));
  const method = account.store.paymentMethods.get(idOf(intent.payment_method));
  const result: ChargeResult = arrived ? { status: 'succeeded' } : { status: 'failed', decline: debitFailed };
  const settled = account.store.charges.update(
    charge.id,
    resultOfCharge(result, charge.amount, receiptUrl(account, intent)),
  );
  if (!arrived) {
    account.record('charge.failed', settled);
    const failed = fail(account, intent, method, debitFailed, settled);
    account.record('checkout.session.async_payment_failed', session);
    return { outcome: 'declined', message: debitFailed.message, session, paymentIntent: failed, charge: settled };
  }
  account.record('charge.succeeded', settled);
  const paid = succeed(account, intent, method, settled);
  const paidSession = account.store.checkoutSessions.update(session.id, { payment_status: 'paid' });
  account.record('checkout.session.async_payment_succeeded', paidSession);
  return { outcome: 'paid', message: null, session: paidSession, paymentIntent: paid, charge: settled };
}

const debitFailed: Decline = {
  code: 'payment_intent_payment_attempt_failed',
  declineCode: 'insufficient_funds',
  message: 'The payment failed: the account holder does not have sufficient funds.',
  networkDeclineCode: null,
  advice: 'try_again_later',
  sellerMessage: 'The bank returned the payment.',
};

function refusal(session: Stripe.Checkout.Session, { message }: RefusedNumber): PaymentAttempt {
  return { outcome: 'refused', message, session, paymentIntent: null, charge: null };
}

function concluded(account: Account, sessionId: string, charged: Charged, billing: BillingDetails): PaymentAttempt {
  const { charge, intent: paymentIntent } = charged;
  if (charged.outcome === 'declined') {
    const session = existingSession(account.store, sessionId);
    return { outcome: 'declined', message: charged.decline.message, session, paymentIntent, charge };
  }
  const session = completeSession(account, sessionId, 'paid', billing);
  return { outcome: 'paid', message: null, session, paymentIntent, charge };
}

/** Stripe makes no PaymentIntent until the buyer starts paying, and keeps it for further attempts. */
function startedIntent(account: Account, session: Stripe.Checkout.Session): Stripe.PaymentIntent {
  const started = intentOf(account, session);
  if (started) return started;
  const data = account.store.baskets.get(session.id).paymentIntent;
  const intent = account.store.paymentIntents.put(intentForSession(session, data, account.now()));
  account.store.checkoutSessions.update(session.id, { payment_intent: intent.id });
  account.record('payment_intent.created', intent);
  return intent;
}

function intentOf(account: Account, session: Stripe.Checkout.Session): Stripe.PaymentIntent | undefined {
  return typeof session.payment_intent === 'string'
    ? account.store.paymentIntents.find(session.payment_intent)
    : undefined;
}
