import type Stripe from 'stripe';
import type { Account } from './account.js';
import { completeSession, existingSession, openSession } from './checkout-sessions.js';
import { idOf } from './ids.js';
import type { Buyer } from './paying.js';
import { cardPaymentMethod, type BillingDetails } from './payment-method-object.js';
import { setUp } from './setting-up.js';
import { findCard, isRefused } from './test-cards.js';

export interface SetupAttempt {
  /** As with a payment; `saved` is what `paid` is there. */
  outcome: 'saved' | 'declined' | 'refused' | 'requires_action';
  /** What the buyer is told. */
  message: string | null;
  session: Stripe.Checkout.Session;
  setupIntent: Stripe.SetupIntent;
}

/** The buyer presses Save on the page of a session in mode `setup`. A decline leaves it open for another card. */
export function saveCard(account: Account, sessionId: string, buyer: Buyer): SetupAttempt {
  const session = openSession(account, sessionId, 'setup');
  const intent = account.store.setupIntents.get(idOf(session.setup_intent));
  const card = findCard(buyer.cardNumber);
  if (isRefused(card)) return { outcome: 'refused', message: card.message, session, setupIntent: intent };
  const method = cardPaymentMethod(account, card, buyer, buyer);
  const returnUrl = `${account.baseUrl}/stripe/checkout/${session.id}`;
  const result = setUp(account, intent, method, { returnUrl });
  const { outcome, intent: setupIntent } = result;
  if (outcome === 'saved') finishSaving(account, sessionId, buyer);
  const message = result.outcome === 'declined' ? result.decline.message : null;
  return { outcome, message, session: existingSession(account.store, sessionId), setupIntent };
}

/** The card is saved, and the buyer has no more to do. */
export function finishSaving(account: Account, sessionId: string, billing: BillingDetails): Stripe.Checkout.Session {
  return completeSession(account, sessionId, 'no_payment_required', billing);
}
