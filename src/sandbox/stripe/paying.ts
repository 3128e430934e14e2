import type Stripe from 'stripe';
import type { Account } from './account.js';
import { newCharge, resultOfCharge, type ChargeResult } from './charges.js';
import { customerDetails } from './checkout-session-object.js';
import { existingSession, expireDueSessions } from './checkout-sessions.js';
import { intentForSession } from './payment-intents.js';
import { bankDebitPaymentMethod, cardPaymentMethod, type BillingDetails, type CardDetails } from './payment-methods.js';
import { findCard, isRefused, paymentError, type Decline, type RefusedNumber } from './test-cards.js';

/** What a buyer types on the hosted page. */
export interface Buyer extends BillingDetails, CardDetails {
  cardNumber: string;
}

export interface PaymentAttempt {
  /** `refused`: the number never became a payment method, and nothing was recorded. */
  outcome: 'paid' | 'declined' | 'refused' | 'processing';
  /** What the buyer is told. */
  message: string | null;
  session: Stripe.Checkout.Session;
  paymentIntent: Stripe.PaymentIntent | null;
  charge: Stripe.Charge | null;
}

/** The buyer presses Pay. A decline leaves the session open for another try on the same PaymentIntent. */
export function payByCard(account: Account, sessionId: string, buyer: Buyer): PaymentAttempt {
  const session = openSession(account, sessionId);
  const card = findCard(buyer.cardNumber);
  if (isRefused(card)) return refusal(session, card);
  const intent = startedIntent(account, session);
  const method = cardPaymentMethod(account, card, buyer, buyer);
  if (card.decline) return declined(account, session, intent, method, card.decline);
  const charge = putCharge(account, session, intent, method, { status: 'succeeded' });
  account.record('charge.succeeded', charge);
  const paid = succeed(account, intent, method, charge);
  return {
    outcome: 'paid',
    message: null,
    session: complete(account, session, 'paid', buyer),
    paymentIntent: paid,
    charge,
  };
}

/** The buyer pays by a method whose money comes days later: the session is complete and still unpaid. */
export function payByBankDebit(account: Account, sessionId: string, billing: BillingDetails): PaymentAttempt {
  const session = openSession(account, sessionId);
  const intent = startedIntent(account, session);
  const method = bankDebitPaymentMethod(account, billing);
  const charge = putCharge(account, session, intent, method, { status: 'pending' });
  account.record('charge.pending', charge);
  const processing = account.store.paymentIntents.update(intent.id, {
    last_payment_error: null,
    latest_charge: charge.id,
    payment_method: method.id,
    status: 'processing',
  });
  account.record('payment_intent.processing', processing);
  const completed = complete(account, session, 'unpaid', billing);
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
    resultOfCharge(result, charge.amount, receiptUrl(account, session)),
  );
  if (!arrived) {
    account.record('charge.failed', settled);
    const failed = fail(account, intent, method, settled, debitFailed);
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

function openSession(account: Account, id: string): Stripe.Checkout.Session {
  expireDueSessions(account);
  const session = existingSession(account.store, id);
  if (session.status !== 'open') throw new Error(`Checkout Session ${id} is ${session.status}, so it cannot be paid.`);
  return session;
}

function refusal(session: Stripe.Checkout.Session, { message }: RefusedNumber): PaymentAttempt {
  return { outcome: 'refused', message, session, paymentIntent: null, charge: null };
}

function declined(
  account: Account,
  session: Stripe.Checkout.Session,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  decline: Decline,
): PaymentAttempt {
  const charge = putCharge(account, session, intent, method, { status: 'failed', decline });
  account.record('charge.failed', charge);
  const failed = fail(account, intent, method, charge, decline);
  const open = existingSession(account.store, session.id);
  return { outcome: 'declined', message: decline.message, session: open, paymentIntent: failed, charge };
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

function putCharge(
  account: Account,
  session: Stripe.Checkout.Session,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  result: ChargeResult,
): Stripe.Charge {
  return account.store.charges.put(newCharge(intent, method, result, account.now(), receiptUrl(account, session)));
}

function succeed(
  account: Account,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  charge: Stripe.Charge,
): Stripe.PaymentIntent {
  const paid = account.store.paymentIntents.update(intent.id, {
    amount_received: intent.amount,
    last_payment_error: null,
    latest_charge: charge.id,
    payment_method: method.id,
    status: 'succeeded',
  });
  account.record('payment_intent.succeeded', paid);
  return paid;
}

function fail(
  account: Account,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  charge: Stripe.Charge,
  decline: Decline,
): Stripe.PaymentIntent {
  const failed = account.store.paymentIntents.update(intent.id, {
    last_payment_error: paymentError(decline, charge.id, method),
    latest_charge: charge.id,
    payment_method: null,
    status: 'requires_payment_method',
  });
  account.record('payment_intent.payment_failed', failed);
  return failed;
}

function complete(
  account: Account,
  session: Stripe.Checkout.Session,
  paymentStatus: 'paid' | 'unpaid',
  { email, name }: BillingDetails,
): Stripe.Checkout.Session {
  const known = session.customer_details;
  const completed = account.store.checkoutSessions.update(session.id, {
    customer_details: customerDetails(email ?? known?.email ?? null, name ?? known?.name ?? null),
    payment_status: paymentStatus,
    status: 'complete',
    url: null,
  });
  account.record('checkout.session.completed', completed);
  return completed;
}

/** Stored objects refer to each other by id; only answers are expanded. */
function idOf(reference: string | { id: string } | null): string {
  return typeof reference === 'string' ? reference : (reference?.id ?? '');
}

/** The hosted page says what was paid, so it doubles as the receipt. */
function receiptUrl(account: Account, session: Stripe.Checkout.Session): string {
  return `${account.baseUrl}/stripe/checkout/${session.id}`;
}
