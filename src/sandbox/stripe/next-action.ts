import type Stripe from 'stripe';
import type { Account } from './account.js';

type AskTheBank = Pick<Stripe.PaymentIntent.NextAction & Stripe.SetupIntent.NextAction, 'redirect_to_url' | 'type'>;

/** Sends the buyer to the bank's page, and from there to `returnUrl`. */
export function askTheBank(account: Account, intentId: string, returnUrl: string | null): AskTheBank {
  const redirect = { return_url: returnUrl, url: `${account.baseUrl}/stripe/3d-secure/${intentId}` };
  return { redirect_to_url: redirect, type: 'redirect_to_url' };
}

/** A payment waits until the buyer has been to the bank's page. Nothing is charged yet. */
export function requireAction(
  account: Account,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  returnUrl: string | null,
  request?: Stripe.Event.Request,
): Stripe.PaymentIntent {
  const waiting = account.store.paymentIntents.update(intent.id, {
    last_payment_error: null,
    next_action: askTheBank(account, intent.id, returnUrl),
    payment_method: method.id,
    status: 'requires_action',
  });
  account.record('payment_intent.requires_action', waiting, { request });
  return waiting;
}
