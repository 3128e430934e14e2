import { Injectable } from '@nestjs/common';
import type Stripe from 'stripe';
import { type Attempt, type AttemptReport, ProviderFailure, type Started } from '../ports/payment-strategy.js';
import { StripeClient } from './stripe-client.js';
import { StripeCustomers } from './stripe-customers.js';
import { reportOfCheckout } from './stripe-events.js';
import { toStripeAmount } from './stripe-money.js';
import { pageExpiry, secondsOf } from './stripe-time.js';

/** Attempts that are paid on Stripe's page: the card is typed there and never touches us. */
@Injectable()
export class StripeCheckout {
  constructor(
    private readonly stripe: StripeClient,
    private readonly customers: StripeCustomers,
  ) {}

  async start(attempt: Attempt): Promise<Started> {
    const customer = await this.customers.ensure(attempt.userId, attempt.paymentId);
    const session = await this.stripe.call('checkout.session', (api) =>
      api.checkout.sessions.create(checkoutFor(attempt, customer), { idempotencyKey: `bursar-${attempt.paymentId}` }),
    );
    return { reference: session.id, redirectUrl: session.url };
  }

  async lookUp(attempt: Attempt): Promise<AttemptReport | undefined> {
    const checkout = attempt.reference ? await this.retrieve(attempt.reference) : await this.search(attempt);
    if (checkout && typeof checkout.id !== 'string') throw new ProviderFailure(false, 'unintelligible_answer');
    return checkout && reportOfCheckout(checkout);
  }

  /** The session is expired, never its PaymentIntent cancelled: Stripe refuses that. */
  async cancel(attempt: Attempt): Promise<AttemptReport | undefined> {
    const found = await this.lookUp(attempt);
    if (found?.outcome !== 'open' || !found.reference) return found;
    const { reference } = found;
    try {
      return reportOfCheckout(
        await this.stripe.call('checkout.session', (api) => api.checkout.sessions.expire(reference)),
      );
    } catch (error) {
      // Paid or expired between the two calls.
      if (error instanceof ProviderFailure && error.final) return this.lookUp({ ...attempt, reference });
      throw error;
    }
  }

  private retrieve(reference: string): Promise<Stripe.Checkout.Session | undefined> {
    return this.stripe.find((api) => api.checkout.sessions.retrieve(reference));
  }

  /** For an attempt whose answer we never heard: among the buyer's sessions since then, the one that carries our id. */
  private async search(attempt: Attempt): Promise<Stripe.Checkout.Session | undefined> {
    const customer = await this.customers.find(attempt.userId);
    if (!customer) return undefined;
    const since = secondsOf(attempt.createdAt) - 60;
    return this.stripe.find(async (api) => {
      for await (const checkout of api.checkout.sessions.list({ customer, created: { gte: since }, limit: 100 })) {
        if (checkout.client_reference_id === attempt.paymentId) return checkout;
      }
      return undefined;
    });
  }
}

/** Equal for equal attempts: Stripe refuses a repeated key with other parameters. */
function checkoutFor(attempt: Attempt, customer: string): Stripe.Checkout.SessionCreateParams {
  const metadata = { paymentId: attempt.paymentId, sessionId: attempt.sessionId };
  return {
    mode: 'payment',
    customer,
    client_reference_id: attempt.paymentId,
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: attempt.total.currency.toLowerCase(),
          unit_amount: toStripeAmount(attempt.total),
          product_data: { name: attempt.title },
        },
      },
    ],
    success_url: attempt.returnUrl,
    cancel_url: attempt.cancelUrl,
    expires_at: pageExpiry(attempt.expiresAt),
    metadata,
    // A session's metadata does not reach its PaymentIntent; both carry ours, so that either event finds the payment.
    payment_intent_data: { metadata },
  };
}
