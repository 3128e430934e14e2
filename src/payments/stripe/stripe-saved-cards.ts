import { Injectable } from '@nestjs/common';
import type Stripe from 'stripe';
import { Database } from '../../platform/database/index.js';
import { type Attempt, type AttemptReport, ProviderFailure, type Started } from '../ports/payment-strategy.js';
import { StripeClient } from './stripe-client.js';
import { StripeCustomers } from './stripe-customers.js';
import { reportOfIntent } from './stripe-events.js';
import { toStripeAmount } from './stripe-money.js';
import { secondsOf } from './stripe-time.js';

/** Attempts that charge a card which the buyer keeps with Stripe, the buyer being there: 3-D Secure when the bank asks for it. */
@Injectable()
export class StripeSavedCards {
  constructor(
    private readonly stripe: StripeClient,
    private readonly customers: StripeCustomers,
    private readonly database: Database,
  ) {}

  /** @throws ProviderFailure final when the card is declined */
  async start(attempt: Attempt): Promise<Started> {
    const customer = await this.customers.ensure(attempt.userId, attempt.paymentId);
    const method = await this.database.client.paymentMethod.findUniqueOrThrow({
      where: { id: attempt.methodId ?? '' },
      select: { externalId: true },
    });
    const intent = await this.stripe.call('payment_intent', (api) =>
      api.paymentIntents.create(chargeOf(attempt, customer, method.externalId), {
        idempotencyKey: `bursar-${attempt.paymentId}`,
      }),
    );
    const report = reportOfIntent(intent);
    return { reference: intent.id, redirectUrl: report.redirectUrl ?? null, report };
  }

  async lookUp(attempt: Attempt): Promise<AttemptReport | undefined> {
    const intent = attempt.reference ? await this.retrieve(attempt.reference) : await this.search(attempt);
    if (intent && typeof intent.id !== 'string') throw new ProviderFailure(false, 'unintelligible_answer');
    if (!intent) return undefined;
    // Declined, or its bank was not satisfied; nobody will give this attempt another card.
    const refusal = intent.status === 'requires_payment_method' ? intent.last_payment_error : null;
    if (refusal)
      return {
        ...reportOfIntent(intent),
        outcome: 'failed',
        reason: refusal.decline_code ?? refusal.code ?? 'declined',
      };
    return reportOfIntent(intent);
  }

  async cancel(attempt: Attempt): Promise<AttemptReport | undefined> {
    const found = await this.lookUp(attempt);
    const intentId = attempt.reference ?? found?.reference;
    if (!found || !intentId || found.outcome === 'paid' || found.outcome === 'expired') return found;
    try {
      return reportOfIntent(await this.stripe.call('payment_intent', (api) => api.paymentIntents.cancel(intentId)));
    } catch (error) {
      // Paid between the two calls, or on its way to be.
      if (error instanceof ProviderFailure && error.final) return this.lookUp({ ...attempt, reference: intentId });
      throw error;
    }
  }

  private retrieve(reference: string): Promise<Stripe.PaymentIntent | undefined> {
    return this.stripe.find((api) => api.paymentIntents.retrieve(reference, { expand: ['latest_charge'] }));
  }

  /** For an attempt whose answer we never heard. */
  private async search(attempt: Attempt): Promise<Stripe.PaymentIntent | undefined> {
    const customer = await this.customers.find(attempt.userId);
    if (!customer) return undefined;
    const since = secondsOf(attempt.createdAt) - 60;
    return this.stripe.find(async (api) => {
      for await (const intent of api.paymentIntents.list({ customer, created: { gte: since }, limit: 100 })) {
        if (intent.metadata.paymentId === attempt.paymentId && intent.metadata.savedMethod) return intent;
      }
      return undefined;
    });
  }
}

/** Equal for equal attempts: Stripe refuses a repeated key with other parameters. */
function chargeOf(attempt: Attempt, customer: string, method: string): Stripe.PaymentIntentCreateParams {
  return {
    amount: toStripeAmount(attempt.total),
    currency: attempt.total.currency.toLowerCase(),
    customer,
    payment_method: method,
    confirm: true,
    description: attempt.title,
    return_url: attempt.returnUrl.replaceAll('{CHECKOUT_SESSION_ID}', attempt.sessionId),
    automatic_payment_methods: { enabled: true, allow_redirects: 'always' },
    metadata: { paymentId: attempt.paymentId, sessionId: attempt.sessionId, savedMethod: attempt.methodId ?? '' },
    // Where the card is from.
    expand: ['latest_charge'],
  };
}
