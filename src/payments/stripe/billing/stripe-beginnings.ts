import { Injectable } from '@nestjs/common';
import type Stripe from 'stripe';
import { ProviderFailure } from '../../ports/payment-strategy.js';
import type { BegunSubscription, SubscriptionBiller, SubscriptionOrder } from '../../ports/subscription-biller.js';
import { StripeClient } from '../stripe-client.js';
import { StripeCustomers } from '../stripe-customers.js';
import { idOf } from '../stripe-money.js';
import { pageExpiry } from '../stripe-time.js';
import { StripePrices } from './stripe-prices.js';

/** Subscriptions that are begun: with a card that Stripe keeps, or on its page. */
@Injectable()
export class StripeBeginnings implements Pick<SubscriptionBiller, 'begin' | 'find' | 'abandon'> {
  constructor(
    private readonly stripe: StripeClient,
    private readonly customers: StripeCustomers,
    private readonly prices: StripePrices,
  ) {}

  async begin(order: SubscriptionOrder): Promise<BegunSubscription> {
    const customer = await this.customers.ensure(order.userId, order.subscriptionId);
    const price = await this.prices.ensure(order);
    const rates = await this.prices.taxRates(order.tax);
    const { method } = order;
    return method === null
      ? this.onPage(order, customer, price, rates)
      : this.charge(order, customer, price, rates, method);
  }

  async find({
    subscriptionId,
    userId,
    reference,
  }: Parameters<SubscriptionBiller['find']>[0]): Promise<string | undefined> {
    if (reference !== null) {
      const page = await this.stripe.find((api) => api.checkout.sessions.retrieve(reference));
      if (page && page.object !== 'checkout.session') throw new ProviderFailure(false, 'unintelligible_answer');
      return idOf(page?.subscription);
    }
    const customer = await this.customers.find(userId);
    if (!customer) return undefined;
    const all = await this.stripe.list('subscription', (api) =>
      api.subscriptions.list({ customer, status: 'all', limit: 100 }),
    );
    return all.find(({ metadata }) => metadata.subscriptionId === subscriptionId)?.id;
  }

  async abandon(reference: string): Promise<void> {
    try {
      await this.stripe.call('checkout.session', (api) => api.checkout.sessions.expire(reference));
    } catch (error) {
      // Through, or ended already.
      if (!(error instanceof ProviderFailure) || !error.final) throw error;
    }
  }

  /** Either it is paid, or is on trial, or there is none: declined, nothing is begun. */
  private async charge(
    order: SubscriptionOrder,
    customer: string,
    price: string,
    rates: string[],
    method: string,
  ): Promise<BegunSubscription> {
    const { id } = await this.stripe.call('subscription', (api) =>
      api.subscriptions.create(
        {
          customer,
          items: [{ price, quantity: 1 }],
          default_payment_method: method,
          payment_behavior: 'error_if_incomplete',
          ...termsOf(order, rates),
        },
        { idempotencyKey: `bursar-${order.subscriptionId}` },
      ),
    );
    return { reference: null, redirectUrl: null, externalId: id };
  }

  private async onPage(
    order: SubscriptionOrder,
    customer: string,
    price: string,
    rates: string[],
  ): Promise<BegunSubscription> {
    const { subscriptionId } = order;
    const { id, url, subscription } = await this.stripe.call('checkout.session', (api) =>
      api.checkout.sessions.create(
        {
          mode: 'subscription',
          customer,
          client_reference_id: subscriptionId,
          line_items: [{ price, quantity: 1 }],
          success_url: order.returnUrl,
          cancel_url: order.cancelUrl,
          expires_at: pageExpiry(order.expiresAt),
          metadata: { subscriptionId },
          // A session's metadata does not reach its subscription; both carry ours, so that either event finds it.
          subscription_data: termsOf(order, rates),
        },
        { idempotencyKey: `bursar-${subscriptionId}` },
      ),
    );
    return { reference: id, redirectUrl: url, externalId: idOf(subscription) ?? null };
  }
}

/** Equal for equal orders: Stripe refuses a repeated key with other parameters. */
function termsOf({ subscriptionId, userId, trialDays }: SubscriptionOrder, rates: string[]) {
  return {
    metadata: { subscriptionId, userId },
    ...(rates.length > 0 && { default_tax_rates: rates }),
    ...(trialDays > 0 && { trial_period_days: trialDays }),
  } satisfies Stripe.SubscriptionCreateParams;
}
