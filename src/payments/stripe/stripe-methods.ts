import { Injectable, type OnModuleInit } from '@nestjs/common';
import type Stripe from 'stripe';
import {
  type KeptMethod,
  type MethodKeeper,
  MethodKeepers,
  type SetupOrder,
  type SetupOutcome,
} from '../ports/method-keeper.js';
import { ProviderFailure } from '../ports/payment-strategy.js';
import { StripeClient } from './stripe-client.js';
import { StripeCustomers } from './stripe-customers.js';
import { keptMethod } from './stripe-method-events.js';
import { idOf } from './stripe-money.js';

/** Cards that Stripe keeps with its customer for a user. They are typed on Stripe's page, in a Checkout session that sells nothing. */
@Injectable()
export class StripeMethods implements MethodKeeper, OnModuleInit {
  readonly provider = 'STRIPE';

  constructor(
    private readonly stripe: StripeClient,
    private readonly customers: StripeCustomers,
    private readonly keepers: MethodKeepers,
  ) {}

  onModuleInit(): void {
    this.keepers.register(this);
  }

  async begin(order: SetupOrder): Promise<{ reference: string; redirectUrl: string | null }> {
    const customer = await this.customers.ensure(order.userId, order.setupId);
    const { id, url } = await this.stripe.call('checkout.session', (api) =>
      api.checkout.sessions.create(setupFor(order, customer), { idempotencyKey: `bursar-${order.setupId}` }),
    );
    return { reference: id, redirectUrl: url };
  }

  async lookUp(reference: string): Promise<SetupOutcome | undefined> {
    const expand = ['setup_intent.payment_method'];
    const checkout = await this.stripe.find((api) => api.checkout.sessions.retrieve(reference, { expand }));
    if (!checkout) return undefined;
    if (checkout.status === 'open') return { outcome: 'open' };
    if (checkout.status === 'expired') return { outcome: 'expired' };
    const intent = checkout.setup_intent;
    const method = typeof intent === 'object' ? intent?.payment_method : undefined;
    if (typeof method !== 'object' || !method) throw new ProviderFailure(false, 'unintelligible_answer');
    // Saved, and taken away since.
    return method.customer === null ? { outcome: 'expired' } : { outcome: 'saved', method: keptMethod(method) };
  }

  async adopt(userId: string, setupId: string, externalId: string): Promise<KeptMethod | undefined> {
    const method = await this.retrieve(externalId);
    if (!method) return undefined;
    const customer = await this.customers.find(userId);
    if (method.customer !== null) return idOf(method.customer) === customer ? keptMethod(method) : undefined;
    if (!(await this.isConfirmed(method.id))) return undefined;
    const to = customer ?? (await this.customers.ensure(userId, setupId));
    // Of two users who claim it at once, Stripe refuses the second.
    return keptMethod(
      await this.stripe.call('payment_method', (api) => api.paymentMethods.attach(method.id, { customer: to })),
    );
  }

  async remove(externalId: string): Promise<void> {
    try {
      await this.stripe.call('payment_method', (api) => api.paymentMethods.detach(externalId));
    } catch (error) {
      if (!(error instanceof ProviderFailure) || !error.final) throw error;
      // Stripe has no code for "is detached already".
      const method = await this.retrieve(externalId);
      if (method && method.customer !== null) throw error;
    }
  }

  private retrieve(externalId: string): Promise<Stripe.PaymentMethod | undefined> {
    return this.stripe.find((api) => api.paymentMethods.retrieve(externalId));
  }

  /** One without a customer is somebody's only when it was set up, which took the holder's consent. */
  private async isConfirmed(externalId: string): Promise<boolean> {
    const intents = await this.stripe.list('setup_intent', (api) =>
      api.setupIntents.list({ payment_method: externalId, limit: 100 }),
    );
    return intents.some(({ status, customer }) => status === 'succeeded' && customer === null);
  }
}

/** Equal for equal orders: Stripe refuses a repeated key with other parameters. */
function setupFor(order: SetupOrder, customer: string): Stripe.Checkout.SessionCreateParams {
  const metadata = { setupId: order.setupId };
  return {
    mode: 'setup',
    customer,
    client_reference_id: order.setupId,
    allowed_payment_method_types: ['card'],
    success_url: order.returnUrl,
    cancel_url: order.cancelUrl,
    metadata,
    // A session's metadata does not reach its SetupIntent; both carry ours, so that either event finds the setup.
    setup_intent_data: { metadata },
  };
}
