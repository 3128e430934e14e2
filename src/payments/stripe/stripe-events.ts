import type Stripe from 'stripe';
import type { AttemptReport, DisbursementReport, MovementsReport, ProviderReport } from '../ports/payment-strategy.js';
import { reportOfBegun, reportOfBilling } from './billing/stripe-billing-events.js';
import { reportOfDispute } from './stripe-disputes.js';
import { reportOfMethod, reportOfSetup } from './stripe-method-events.js';
import { fromStripeAmount, idOf } from './stripe-money.js';
import { reportOfTransfer } from './stripe-transfers.js';
import { reportOfRefund } from './stripe-refunds.js';

type SessionEvent =
  | Stripe.CheckoutSessionCompletedEvent
  | Stripe.CheckoutSessionAsyncPaymentSucceededEvent
  | Stripe.CheckoutSessionAsyncPaymentFailedEvent
  | Stripe.CheckoutSessionExpiredEvent;

/**
 * Stripe's events in our vocabulary. `payment_intent.payment_failed` says nothing here: the Checkout session stays open and the buyer
 * may try another card.
 */
export function interpretStripeEvent(event: Stripe.Event): ProviderReport | undefined {
  // Of an account that is connected to ours, all that concerns us is whether it can be paid.
  if (event.type === 'account.updated' || event.type === 'account.application.deauthorized')
    return event.account ? { kind: 'payee', externalId: event.account } : undefined;
  // Of an account that is connected to ours: its money is not ours, whatever its metadata says.
  if (event.account) return undefined;
  switch (event.type) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded':
    case 'checkout.session.expired':
    case 'checkout.session.async_payment_failed':
      return reportOfSession(event);
    case 'payment_intent.succeeded':
      return event.data.object.metadata?.paymentId ? reportOfIntent(event.data.object) : undefined;
    case 'payment_intent.canceled':
      return event.data.object.metadata?.savedMethod ? reportOfIntent(event.data.object) : undefined;
    case 'refund.created':
    case 'refund.updated':
    case 'refund.failed':
    case 'charge.refund.updated':
      return reportOfRefund(event.data.object);
    case 'charge.dispute.created':
    case 'charge.dispute.updated':
    case 'charge.dispute.funds_withdrawn':
    case 'charge.dispute.funds_reinstated':
    case 'charge.dispute.closed':
      return reportOfDispute(event.data.object, event.type);
    // Neither names a refund; both mean that Stripe's account of the charge has changed.
    case 'charge.refunded':
    case 'charge.updated':
      return reportOfCharge(event.data.object);
    case 'transfer.reversed':
      return reportOfReversal(event.data.object);
    case 'setup_intent.succeeded':
      return reportOfSetup(event.data.object);
    case 'payment_method.attached':
    case 'payment_method.updated':
    case 'payment_method.automatically_updated':
    case 'payment_method.detached':
      return reportOfMethod(event);
    default:
      return reportOfBilling(event);
  }
}

/** A Checkout session pays, saves a card, or begins a subscription; of the last it says only that there is something to look at. */
function reportOfSession({ type, data }: SessionEvent): ProviderReport | undefined {
  const session = data.object;
  if (session.mode === 'setup') return reportOfSetup(session);
  if (session.mode === 'subscription') return reportOfBegun(session);
  if (type !== 'checkout.session.async_payment_failed') return reportOfCheckout(session);
  return { ...reportOfCheckout(session), outcome: 'failed', reason: 'async_payment_failed' };
}

/** How a Checkout session stands. Complete is not paid: delayed methods complete first and pay later, or never. */
export function reportOfCheckout(checkout: Stripe.Checkout.Session): AttemptReport {
  const found = {
    kind: 'attempt',
    reference: checkout.id,
    paymentId: checkout.metadata?.paymentId ?? checkout.client_reference_id ?? undefined,
    redirectUrl: checkout.url,
  } as const;
  if (checkout.status === 'expired') return { ...found, outcome: 'expired', reason: 'checkout_expired' };
  if (checkout.status !== 'complete') return { ...found, outcome: 'open' };
  if (checkout.payment_status === 'unpaid') return { ...found, outcome: 'processing' };
  return {
    ...found,
    outcome: 'paid',
    transactionId: idOf(checkout.payment_intent) ?? checkout.id,
    buyerCountry: checkout.customer_details?.address?.country ?? undefined,
    // Nothing was due, so nothing came.
    received: fromStripeAmount(
      checkout.payment_status === 'no_payment_required' ? 0 : checkout.amount_total,
      checkout.currency,
    ),
  };
}

/** How a PaymentIntent stands: a Checkout session's own, or one that charges a saved card. */
export function reportOfIntent(intent: Stripe.PaymentIntent): AttemptReport {
  const found = {
    kind: 'attempt',
    paymentId: intent.metadata?.paymentId,
    redirectUrl: intent.next_action?.redirect_to_url?.url ?? null,
    // A Checkout session is known by its own id; its intent is not the attempt's handle.
    ...(intent.metadata?.savedMethod && { reference: intent.id }),
  } as const;
  switch (intent.status) {
    case 'succeeded':
      return {
        ...found,
        outcome: 'paid',
        transactionId: intent.id,
        buyerCountry: countryOf(intent.latest_charge),
        received: fromStripeAmount(intent.amount_received, intent.currency),
      };
    case 'processing':
      return { ...found, outcome: 'processing' };
    // By us, when its session was cancelled or ended, or by Stripe after some time: it only says that nobody can pay it.
    case 'canceled':
      return { ...found, outcome: 'expired', reason: intent.cancellation_reason ?? 'canceled' };
    default:
      return { ...found, outcome: 'open' };
  }
}

/** Where the buyer is, as far as the charge tells: by the address given with the card, else by the card. */
function countryOf(charge: Stripe.PaymentIntent['latest_charge']): string | undefined {
  if (typeof charge !== 'object' || charge === null) return undefined;
  return charge.billing_details?.address?.country ?? charge.payment_method_details?.card?.country ?? undefined;
}

function reportOfCharge(charge: Stripe.Charge): MovementsReport | undefined {
  const transactionId = idOf(charge.payment_intent);
  return transactionId === undefined ? undefined : { kind: 'movements', transactionId };
}

/** One that is taken back in part is still a transfer: what is back is seen when its account is read. */
function reportOfReversal(transfer: Stripe.Transfer): DisbursementReport | undefined {
  const { payoutId } = transfer.metadata;
  return payoutId && transfer.reversed ? reportOfTransfer(transfer, payoutId) : undefined;
}
