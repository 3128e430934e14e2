import type Stripe from 'stripe';
import type { Account } from './account.js';
import { newCharge, type ChargeResult } from './charges.js';
import { disputeByCard } from './disputing.js';
import { declineOf } from './failing-cards.js';
import { paymentError, type Decline } from './test-cards.js';

type Cause = Stripe.Event.Request | undefined;

/** What came of charging a card. */
export type Charged =
  | { outcome: 'paid'; intent: Stripe.PaymentIntent; charge: Stripe.Charge }
  | { outcome: 'declined'; intent: Stripe.PaymentIntent; charge: Stripe.Charge; decline: Decline };

/** Charges a PaymentIntent to a payment method as its test card says, with the events in the recorded order. */
export function chargeMethod(
  account: Account,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  request?: Cause,
): Charged {
  const decline = declineOf(account, method);
  if (decline) {
    const charge = putCharge(account, intent, method, { status: 'failed', decline });
    account.record('charge.failed', charge, { request });
    return { outcome: 'declined', charge, decline, intent: fail(account, intent, method, decline, charge, request) };
  }
  const charge = putCharge(account, intent, method, { status: 'succeeded' });
  account.record('charge.succeeded', charge, { request });
  // Recorded: a card that disputes has done so before the payment's success is told.
  const charged = disputeByCard(account, charge);
  return { outcome: 'paid', charge: charged, intent: succeed(account, intent, method, charged, request) };
}

export function putCharge(
  account: Account,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  result: ChargeResult,
): Stripe.Charge {
  return account.store.charges.put(newCharge(intent, method, result, account.now(), receiptUrl(account, intent)));
}

export function succeed(
  account: Account,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  charge: Stripe.Charge,
  request?: Cause,
): Stripe.PaymentIntent {
  const paid = account.store.paymentIntents.update(intent.id, {
    amount_received: intent.amount,
    last_payment_error: null,
    latest_charge: charge.id,
    next_action: null,
    payment_method: method.id,
    status: 'succeeded',
  });
  account.record('payment_intent.succeeded', paid, { request });
  account.whenPaid(paid);
  return paid;
}

/** Not the end of the PaymentIntent: it waits for another payment method. */
export function fail(
  account: Account,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  reason: Decline | Stripe.PaymentIntent.LastPaymentError,
  charge?: Stripe.Charge,
  request?: Cause,
): Stripe.PaymentIntent {
  const failed = account.store.paymentIntents.update(intent.id, {
    last_payment_error: 'declineCode' in reason ? paymentError(reason, charge?.id, method) : reason,
    ...(charge && { latest_charge: charge.id }),
    next_action: null,
    payment_method: null,
    status: 'requires_payment_method',
  });
  account.record('payment_intent.payment_failed', failed, { request });
  return failed;
}

/** The hosted page says what was paid, so it doubles as the receipt; the dashboard does for what was paid without one. */
export function receiptUrl({ store, baseUrl }: Account, { id }: Stripe.PaymentIntent): string {
  const session = store.checkoutSessions.filter(({ payment_intent: intent }) => intent === id)[0];
  return session ? `${baseUrl}/stripe/checkout/${session.id}` : `${baseUrl}/#${id}`;
}
