import type Stripe from 'stripe';
import type { Account } from './account.js';
import { chargeMethod, fail, type Charged } from './charging.js';
import { invalidRequest, StripeApiError } from './errors.js';
import { attach, checkUsable, isSetUp, markSetUp, spend } from './keeping-methods.js';
import { requireAction } from './next-action.js';
import type { IntentConfirm } from './payment-intent-params.js';
import { requireReturnUrl } from './return-url.js';
import { asksAlways } from './failing-cards.js';
import { authenticationRequired, cardOf, type Decline } from './test-cards.js';

type Cause = Stripe.Event.Request | undefined;
type How = Partial<Pick<IntentConfirm, 'off_session' | 'return_url' | 'error_on_requires_action'>>;

/** Tries to pay, as a server does that confirms a PaymentIntent. A decline is the error 402, and stays on the PaymentIntent. */
export function confirm(
  account: Account,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod | undefined,
  how: How,
  request: Cause,
): Stripe.PaymentIntent {
  const usable = checkConfirmable(account, intent, method);
  if (!how.off_session) requireReturnUrl(intent, how.return_url, { payment_intent: intent });
  if (asksForBuyer(account, usable, how.off_session ?? false)) {
    if (!how.off_session && !how.error_on_requires_action) {
      return requireAction(account, intent, usable, how.return_url ?? null, request);
    }
    // Recorded: nothing was sent to the bank, so there is no charge.
    const failed = fail(account, intent, usable, authenticationRequired, undefined, request);
    throw cardDeclined(authenticationRequired, usable, failed);
  }
  const charged = payWith(account, intent, usable, request);
  if (charged.outcome === 'paid') return charged.intent;
  throw cardDeclined(charged.decline, usable, charged.intent, charged.charge.id);
}

/** Charges it; a method that was not kept by a customer is then kept if that was wanted, and is otherwise spent. */
export function payWith(
  account: Account,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  request?: Cause,
): Charged {
  const charged = chargeMethod(account, intent, method, request);
  if (charged.outcome !== 'paid') return charged;
  const keep = intent.setup_future_usage !== null && typeof intent.customer === 'string';
  if (keep) attach(account, method, intent.customer as string, request);
  else if (method.customer === null) spend(account, method);
  if (keep && intent.setup_future_usage === 'off_session') markSetUp(account, method);
  return charged;
}

/** Whether the bank wants to see the buyer before it pays. */
export function asksForBuyer(account: Account, method: Stripe.PaymentMethod, offSession: boolean): boolean {
  const card = cardOf(method);
  if (asksAlways(account, method)) return true;
  if (!card?.authentication) return false;
  if (!offSession || card.authentication === 'always') return true;
  return card.authentication === 'once' && !isSetUp(account, method);
}

function checkConfirmable(
  account: Account,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod | undefined,
): Stripe.PaymentMethod {
  const customer = typeof intent.customer === 'string' ? intent.customer : null;
  if (intent.status === 'succeeded') {
    throw wrongState(
      'You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.',
      intent,
    );
  }
  if (!['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(intent.status)) {
    throw wrongState(
      `You cannot confirm this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with ` +
        'one of the following statuses may be confirmed: requires_confirmation, requires_action.',
      intent,
    );
  }
  if (!method) {
    const remedy =
      customer === null
        ? 'You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it ' +
          'again directly with a payment method or ConfirmationToken.'
        : `To confirm the PaymentIntent with ${customer}, specify a payment method attached to this customer along ` +
          'with the customer ID.';
    throw wrongState(`You cannot confirm this PaymentIntent because it's missing a payment method. ${remedy}`, intent);
  }
  checkUsable(account, method, customer, { noun: 'PaymentIntent', payment_intent: intent });
  return method;
}

export function wrongState(message: string, intent: Stripe.PaymentIntent): StripeApiError {
  return invalidRequest(message, { code: 'payment_intent_unexpected_state', payment_intent: intent });
}

/** The error 402 of a decline. */
export function cardDeclined(
  { advice, code, declineCode, message, networkDeclineCode }: Decline,
  method: Stripe.PaymentMethod,
  intent?: Stripe.PaymentIntent,
  charge?: string,
): StripeApiError {
  return new StripeApiError(402, {
    advice_code: advice,
    ...(charge !== undefined && { charge }),
    code,
    decline_code: declineCode,
    message,
    ...(networkDeclineCode !== null && { network_decline_code: networkDeclineCode }),
    ...(intent && { payment_intent: intent }),
    payment_method: method,
    type: 'card_error',
  });
}
