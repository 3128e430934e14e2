import type Stripe from 'stripe';
import type { Account } from '../account.js';
import { chargeMethod } from '../charging.js';
import { completeSession, existingSession, openSession } from '../checkout-sessions.js';
import { asksForBuyer } from '../confirming.js';
import { blankCustomer, customerNamed } from '../customers.js';
import { idOf } from '../ids.js';
import { attach, markSetUp } from '../keeping-methods.js';
import { requireAction } from '../next-action.js';
import type { Buyer, PaymentAttempt } from '../paying.js';
import { newPaymentIntent } from '../payment-intent-object.js';
import { cardPaymentMethod, type BillingDetails } from '../payment-method-object.js';
import { setUp } from '../setting-up.js';
import { newSetupIntent } from '../setup-intent-object.js';
import { findCard, isRefused } from '../test-cards.js';
import { firstDraft, startFrom } from './checkout.js';
import { onClockOf } from './clocks.js';
import { subscribe } from './subscribing.js';

/** The buyer presses Subscribe: the card is charged or, in a trial, only saved, and pays for the subscription from then on. */
export function subscribeByCard(account: Account, sessionId: string, buyer: Buyer): PaymentAttempt {
  const session = openSession(account, sessionId, 'subscription');
  const card = findCard(buyer.cardNumber);
  if (isRefused(card)) {
    return { outcome: 'refused', message: card.message, session, paymentIntent: null, charge: null };
  }
  const customer = buyerOf(account, session, buyer);
  return onClockOf(account, customer.id, () => {
    const { amount_due: due, currency } = firstDraft(account, checkoutOf(account, sessionId), customer);
    const method = cardPaymentMethod(account, card, buyer, buyer);
    const returnUrl = `${account.baseUrl}/stripe/checkout/${sessionId}`;
    if (due === 0) return saveForTrial(account, session, method, returnUrl);
    const intent = startedIntent(account, session, customer, due, currency);
    if (asksForBuyer(account, method, false)) {
      const waiting = requireAction(account, intent, method, returnUrl);
      return { outcome: 'requires_action', message: null, session, paymentIntent: waiting, charge: null };
    }
    return charged(account, session, intent, method);
  });
}

/** Where nothing is due and no card is asked for. */
export function subscribeWithoutCard(account: Account, sessionId: string, billing: BillingDetails): PaymentAttempt {
  const session = openSession(account, sessionId, 'subscription');
  const customer = buyerOf(account, session, billing);
  const begun = onClockOf(account, customer.id, () => begin(account, session, customer, null));
  const completed = finished(account, begun, 'no_payment_required', billing);
  return { outcome: 'paid', message: null, session: completed, paymentIntent: null, charge: null };
}

/** Whether a card has to be typed. */
export function asksForCard(session: Stripe.Checkout.Session): boolean {
  return session.amount_total !== 0 || session.payment_method_collection !== 'if_required';
}

/** The buyer is back from the bank, which has agreed; undefined where no session has asked for it. */
export function subscribeAuthenticated(
  account: Account,
  intent: Stripe.PaymentIntent | Stripe.SetupIntent,
  method: Stripe.PaymentMethod,
): PaymentAttempt | undefined {
  const session = subscriptionSessionOf(account, intent.id);
  if (session?.status !== 'open') return undefined;
  if (intent.object === 'payment_intent') return charged(account, session, intent, method);
  const done = concluded(account, session, method, null);
  return { outcome: 'paid', message: null, session: done, paymentIntent: null, charge: null };
}

/** The PaymentIntent or SetupIntent of the buyer's attempts. */
export function intentOfCheckout(
  { store }: Account,
  sessionId: string,
): Stripe.PaymentIntent | Stripe.SetupIntent | undefined {
  const id = store.subscriptionCheckouts.find(sessionId)?.intent ?? '';
  return store.paymentIntents.find(id) ?? store.setupIntents.find(id);
}

function subscriptionSessionOf({ store }: Account, intent: string): Stripe.Checkout.Session | undefined {
  const [checkout] = store.subscriptionCheckouts.filter((each) => each.intent === intent);
  return checkout && store.checkoutSessions.find(checkout.id);
}

function charged(
  account: Account,
  session: Stripe.Checkout.Session,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
): PaymentAttempt {
  const result = chargeMethod(account, intent, method);
  const { charge, intent: paymentIntent } = result;
  if (result.outcome === 'declined') {
    return { outcome: 'declined', message: result.decline.message, session, paymentIntent, charge };
  }
  return {
    outcome: 'paid',
    message: null,
    session: concluded(account, session, method, paymentIntent),
    paymentIntent,
    charge,
  };
}

function saveForTrial(
  account: Account,
  session: Stripe.Checkout.Session,
  method: Stripe.PaymentMethod,
  returnUrl: string,
): PaymentAttempt {
  const started = startedSetup(account, session);
  const saved = setUp(account, started, method, { returnUrl });
  const nothing = { paymentIntent: null, charge: null };
  if (saved.outcome === 'declined') {
    return { outcome: 'declined', message: saved.decline.message, session, ...nothing };
  }
  if (saved.outcome === 'requires_action') return { outcome: 'requires_action', message: null, session, ...nothing };
  return { outcome: 'paid', message: null, session: concluded(account, session, method, null), ...nothing };
}

/** The card is the subscription's, and the subscription begins. */
function concluded(
  account: Account,
  session: Stripe.Checkout.Session,
  method: Stripe.PaymentMethod,
  paidBy: Stripe.PaymentIntent | null,
): Stripe.Checkout.Session {
  const customer = customerNamed(
    account.store,
    idOf(account.store.checkoutSessions.get(session.id).customer),
    'customer',
  );
  attach(account, method, customer.id);
  markSetUp(account, method);
  const begun = begin(account, session, customer, method.id, paidBy ?? undefined);
  return finished(account, begun, paidBy ? 'paid' : 'no_payment_required', method.billing_details);
}

function begin(
  account: Account,
  session: Stripe.Checkout.Session,
  customer: Stripe.Customer,
  method: string | null,
  paidBy?: Stripe.PaymentIntent,
): Stripe.Checkout.Session {
  const start = startFrom(account, checkoutOf(account, session.id), customer, method);
  const { id, latest_invoice: invoice } = subscribe(account, start, {
    behaviour: 'allow_incomplete',
    offSession: true,
    paidBy,
  });
  return account.store.checkoutSessions.update(session.id, { invoice, subscription: id });
}

function finished(
  account: Account,
  { id }: Stripe.Checkout.Session,
  status: 'paid' | 'no_payment_required',
  billing: BillingDetails,
): Stripe.Checkout.Session {
  return completeSession(account, id, status, billing);
}

/** A session without a customer makes one when the buyer first presses the button. */
function buyerOf(account: Account, session: Stripe.Checkout.Session, { email, name }: BillingDetails): Stripe.Customer {
  const { customer } = existingSession(account.store, session.id);
  if (customer !== null) return customerNamed(account.store, idOf(customer), 'customer');
  const made = { ...blankCustomer(account.now()), email, name };
  account.store.customers.put(made);
  account.record('customer.created', made);
  account.store.checkoutSessions.update(session.id, { customer: made.id });
  return made;
}

function startedIntent(
  account: Account,
  { id }: Stripe.Checkout.Session,
  customer: Stripe.Customer,
  amount: number,
  currency: string,
): Stripe.PaymentIntent {
  const known = intentOfCheckout(account, id);
  if (known?.object === 'payment_intent' && known.amount === amount) return known;
  const order = { amount, currency, customer: customer.id, description: 'Subscription creation' };
  const intent = account.store.paymentIntents.put(
    newPaymentIntent(
      { ...order, automaticMethods: null, methodTypes: ['card'], setupFutureUsage: 'off_session' },
      account.now(),
    ),
  );
  account.store.subscriptionCheckouts.update(id, { intent: intent.id });
  account.record('payment_intent.created', intent);
  return intent;
}

function startedSetup(account: Account, { id }: Stripe.Checkout.Session): Stripe.SetupIntent {
  const known = intentOfCheckout(account, id);
  if (known?.object === 'setup_intent') return known;
  const customer = idOf(account.store.checkoutSessions.get(id).customer);
  const intent = account.store.setupIntents.put(newSetupIntent({ customer }, account.now()));
  account.store.subscriptionCheckouts.update(id, { intent: intent.id });
  account.record('setup_intent.created', intent);
  return intent;
}

function checkoutOf(account: Account, sessionId: string): ReturnType<Account['store']['subscriptionCheckouts']['get']> {
  return account.store.subscriptionCheckouts.get(sessionId);
}
