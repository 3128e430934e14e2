import type Stripe from 'stripe';
import type { Account } from './account.js';
import { onClockOf } from './billing/clocks.js';
import { subscribeAuthenticated } from './billing/subscribing-at-checkout.js';
import { fail } from './charging.js';
import { payWith } from './confirming.js';
import { docUrl } from './errors.js';
import { idOf } from './ids.js';
import { payAuthenticated } from './paying.js';
import { finishSaving } from './saving-cards.js';
import { failSetup, save } from './setting-up.js';

/** What the buyer does at the bank's page. */
export type Authentication = 'complete' | 'fail';
export type Authenticated = Stripe.PaymentIntent | Stripe.SetupIntent;

/** The payment or the saving that waits at the bank's page under this id. */
export function waitingAtBank({ store }: Account, id: string): Authenticated | undefined {
  const intent = store.paymentIntents.find(id) ?? store.setupIntents.find(id);
  return intent?.status === 'requires_action' ? intent : undefined;
}

/** The buyer proves to the bank to be who they are, or does not. What waited for that goes on, or fails. */
export function authenticate(account: Account, id: string, result: Authentication): Authenticated {
  const waiting = waitingAtBank(account, id);
  if (!waiting) throw new Error(`${id} does not wait for an authentication.`);
  return onClockOf(account, waiting.customer, () => conclude(account, waiting, result));
}

function conclude(account: Account, waiting: Authenticated, result: Authentication): Authenticated {
  const { id } = waiting;
  const method = account.store.paymentMethods.get(idOf(waiting.payment_method));
  if (waiting.object === 'payment_intent') {
    if (result === 'fail') return fail(account, waiting, method, failure('payment_intent', method));
    if (subscribeAuthenticated(account, waiting, method)) return account.store.paymentIntents.get(id);
    const [session] = account.store.checkoutSessions.filter(({ payment_intent: intent }) => intent === id);
    if (session?.status !== 'open') return payWith(account, waiting, method).intent;
    payAuthenticated(account, session);
    return account.store.paymentIntents.get(id);
  }
  if (result === 'fail') {
    return failSetup(account, id, { last_setup_error: failure('setup_intent', method) });
  }
  const saved = save(account, waiting, method);
  subscribeAuthenticated(account, saved, method);
  const [session] = account.store.checkoutSessions.filter(({ setup_intent: intent }) => intent === id);
  if (session?.status === 'open') finishSaving(account, session.id, method.billing_details);
  return saved;
}

/** Where the bank's page sends the buyer then, with what has become of it. */
export function returnAddress(before: Authenticated, after: Authenticated): string | null {
  const address = before.next_action?.redirect_to_url?.return_url;
  if (!address) return null;
  const url = new URL(address);
  url.searchParams.set(after.object, after.id);
  url.searchParams.set(`${after.object}_client_secret`, after.client_secret ?? '');
  url.searchParams.set('redirect_status', after.status === 'succeeded' ? 'succeeded' : 'failed');
  return url.href;
}

function failure(
  of: 'payment_intent' | 'setup_intent',
  method: Stripe.PaymentMethod,
): Stripe.PaymentIntent.LastPaymentError & Stripe.SetupIntent.LastSetupError {
  const code = `${of}_authentication_failure` as const;
  const message =
    of === 'payment_intent'
      ? 'The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new ' +
        'PaymentMethod to attempt to fulfill this PaymentIntent again.'
      : 'The latest attempt to set up the payment method has failed because authentication failed.';
  return { code, doc_url: docUrl(code), message, payment_method: method, type: 'invalid_request_error' };
}
