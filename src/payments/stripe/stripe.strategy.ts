import { Injectable, type OnModuleInit } from '@nestjs/common';
import type Stripe from 'stripe';
import { accounts, type AccountRef } from '../../ledger/index.js';
import { Settings } from '../../platform/config/index.js';
import {
  type Attempt,
  type AttemptReport,
  type ChargeLimits,
  type DisputeReport,
  type Movement,
  PaymentStrategies,
  type ProviderReport,
  type ProviderStrategy,
  type RefundOrder,
  type RefundReport,
  type SignedEvent,
  type Started,
} from '../ports/payment-strategy.js';
import { StripeCheckout } from './stripe-checkout.js';
import { StripeClient } from './stripe-client.js';
import { reportOfDispute } from './stripe-disputes.js';
import { interpretStripeEvent } from './stripe-events.js';
import { stripeLimits } from './stripe-money.js';
import { StripeMovements } from './stripe-movements.js';
import { StripeRefunds } from './stripe-refunds.js';
import { StripeSavedCards } from './stripe-saved-cards.js';

const SIGNATURE_TOLERANCE_SECONDS = 300;

/** Stripe: its own page for a new card, a PaymentIntent for a saved one. */
@Injectable()
export class StripeStrategy implements ProviderStrategy, OnModuleInit {
  readonly provider = 'STRIPE';

  constructor(
    private readonly stripe: StripeClient,
    private readonly checkout: StripeCheckout,
    private readonly savedCards: StripeSavedCards,
    private readonly refunds: StripeRefunds,
    private readonly movements: StripeMovements,
    private readonly settings: Settings,
    private readonly strategies: PaymentStrategies,
  ) {}

  onModuleInit(): void {
    this.strategies.register(this);
  }

  funds(): AccountRef {
    return accounts.provider(this.provider);
  }

  limits(currency: string): ChargeLimits | undefined {
    return stripeLimits(currency);
  }

  start(attempt: Attempt): Promise<Started> {
    return this.way(attempt).start(attempt);
  }

  lookUp(attempt: Attempt): Promise<AttemptReport | undefined> {
    return this.way(attempt).lookUp(attempt);
  }

  async cancel(attempt: Attempt): Promise<AttemptReport> {
    const stands = await this.way(attempt).cancel(attempt);
    // Stripe has never heard of it: there is nothing to pay.
    return stands ?? { kind: 'attempt', outcome: 'cancelled', paymentId: attempt.paymentId };
  }

  refund(order: RefundOrder): Promise<RefundReport> {
    return this.refunds.create(order);
  }

  refundsOf(transactionId: string): Promise<RefundReport[]> {
    return this.refunds.of(transactionId);
  }

  async disputesOf(transactionId: string): Promise<DisputeReport[]> {
    const disputes = await this.stripe.list('dispute', (api) =>
      api.disputes.list({ payment_intent: transactionId, limit: 100 }),
    );
    return disputes.flatMap((dispute) => reportOfDispute(dispute) ?? []);
  }

  movementsOf(transactionId: string): Promise<Movement[]> {
    return this.movements.of(transactionId);
  }

  verify(rawBody: Buffer, headers: Record<string, string | string[] | undefined>): SignedEvent | undefined {
    const signature = headers['stripe-signature'];
    if (typeof signature !== 'string') return undefined;
    const body = rawBody.toString('utf8');
    for (const secret of this.settings.stripe.webhookSecrets) {
      try {
        const event = this.stripe.api.webhooks.constructEvent(body, signature, secret, SIGNATURE_TOLERANCE_SECONDS);
        if (typeof event.id === 'string' && typeof event.type === 'string')
          return { externalId: event.id, type: event.type, body };
      } catch {
        // Not this secret; perhaps the next.
      }
    }
    return undefined;
  }

  interpret(body: string): ProviderReport | undefined {
    return interpretStripeEvent(JSON.parse(body) as Stripe.Event);
  }

  private way({ methodId }: Attempt): StripeCheckout | StripeSavedCards {
    return methodId === null ? this.checkout : this.savedCards;
  }
}
