import type Stripe from 'stripe';
import { isCurrencyCode, Money } from '../../platform/money/index.js';
import type { ProviderReport } from '../ports/payment-strategy.js';

/**
 * Stripe's events in our vocabulary. `payment_intent.payment_failed` says nothing here: the Checkout session stays open and the buyer
 * may try another card.
 */
export function interpretStripeEvent(event: Stripe.Event): ProviderReport | undefined {
  switch (event.type) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded':
    case 'checkout.session.expired':
      return reportOfCheckout(event.data.object);
    case 'checkout.session.async_payment_failed':
      return { ...reportOfCheckout(event.data.object), outcome: 'failed', reason: 'async_payment_failed' };
    case 'payment_intent.succeeded':
      return reportOfIntent(event.data.object);
    default:
      return undefined;
  }
}

/** How a Checkout session stands. Complete is not paid: delayed methods complete first and pay later, or never. */
export function reportOfCheckout(checkout: Stripe.Checkout.Session): ProviderReport {
  const found = {
    reference: checkout.id,
    paymentId: checkout.metadata?.paymentId ?? checkout.client_reference_id ?? undefined,
    redirectUrl: checkout.url,
  };
  if (checkout.status === 'expired') return { ...found, outcome: 'expired', reason: 'checkout_expired' };
  if (checkout.status !== 'complete') return { ...found, outcome: 'open' };
  if (checkout.payment_status === 'unpaid') return { ...found, outcome: 'processing' };
  return {
    ...found,
    outcome: 'paid',
    transactionId: idOf(checkout.payment_intent) ?? checkout.id,
    buyerCountry: checkout.customer_details?.address?.country ?? undefined,
    received: moneyOf(checkout.amount_total, checkout.currency),
  };
}

function reportOfIntent(intent: Stripe.PaymentIntent): ProviderReport | undefined {
  const paymentId = intent.metadata?.paymentId;
  if (!paymentId) return undefined;
  return {
    outcome: 'paid',
    paymentId,
    transactionId: intent.id,
    received: moneyOf(intent.amount_received, intent.currency),
  };
}

function idOf(reference: string | { id: string } | null): string | undefined {
  return typeof reference === 'string' ? reference : reference?.id;
}

function moneyOf(amount: number | null, currency: string | null): Money | undefined {
  const code = currency?.toUpperCase();
  return amount !== null && isCurrencyCode(code) ? Money.of(amount, code) : undefined;
}
