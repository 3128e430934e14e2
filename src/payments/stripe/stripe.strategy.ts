import { Injectable, type OnModuleInit } from '@nestjs/common';
import type Stripe from 'stripe';
import { accounts, type AccountRef } from '../../ledger/index.js';
import { Settings } from '../../platform/config/index.js';
import {
  type Attempt,
  type AttemptReport,
  type ChargeLimits,
  type DisputeReport,
  PaymentStrategies,
  ProviderFailure,
  type ProviderAccount,
  type ProviderReport,
  type ProviderStrategy,
  type RefundOrder,
  type RefundReport,
  type SignedEvent,
  type Started,
  type WebhookRequest,
} from '../ports/payment-strategy.js';
import { declineInWords } from './decline-in-words.js';
import { StripeCheckout } from './stripe-checkout.js';
import { StripeClient } from './stripe-client.js';
import { reportOfDispute } from './stripe-disputes.js';
import { interpretStripeEvent } from './stripe-events.js';
import { stripeLimits } from './stripe-money.js';
import { StripeMovements } from './stripe-movements.js';
import { StripeRefunds } from './stripe-refunds.js';
import { StripeSavedCards } from './stripe-saved-cards.js';
import { StripeStatement } from './stripe-statement.js';

const SIGNATURE_TOLERANCE_SECONDS = 300;

/** Stripe: its own page for a new card, a PaymentIntent for a saved one. */
@Injectable()
export class StripeStrategy implements ProviderStrategy, OnModuleInit {
  readonly provider = 'STRIPE';
  readonly account: ProviderAccount = {
    refundsOf: (transactionId) => this.refunds.of(transactionId),
    disputesOf: (transactionId) => this.disputesOf(transactionId),
    movementsOf: (transactionId) => this.movements.of(transactionId),
    statement: (from, until) => this.statement.execute(from, until),
  };

  constructor(
    private readonly stripe: StripeClient,
    private readonly checkout: StripeCheckout,
    private readonly savedCards: StripeSavedCards,
    private readonly refunds: StripeRefunds,
    private readonly movements: StripeMovements,
    private readonly statement: StripeStatement,
    private readonly settings: Settings,
    private readonly strategies: PaymentStrategies,
  ) {}

  onModuleInit(): void {
    if (this.settings.takesStripe) this.strategies.register(this);
  }

  funds(): AccountRef {
    return accounts.provider(this.provider);
  }

  limits(currency: string): ChargeLimits | undefined {
    return stripeLimits(currency);
  }

  async start(attempt: Attempt): Promise<Started> {
    const started = await this.way(attempt).start(attempt);
    if (started.report) checkIntelligible(started.report);
    if (started.redirectUrl !== null && !isWebAddress(started.redirectUrl)) throw unintelligible();
    return started;
  }

  async lookUp(attempt: Attempt): Promise<AttemptReport | undefined> {
    const found = await this.way(attempt).lookUp(attempt);
    if (found) checkIntelligible(found);
    return found;
  }

  async cancel(attempt: Attempt): Promise<AttemptReport> {
    const stands = await this.way(attempt).cancel(attempt);
    if (stands) checkIntelligible(stands);
    // Stripe has never heard of it: there is nothing to pay.
    return stands ?? { kind: 'attempt', outcome: 'cancelled', paymentId: attempt.paymentId };
  }

  refund(order: RefundOrder): Promise<RefundReport> {
    return this.refunds.create(order);
  }

  inWords(code: string): string {
    return declineInWords(code);
  }

  verify({ rawBody, headers }: WebhookRequest): SignedEvent | undefined {
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

  interpret({ body }: Pick<SignedEvent, 'body'>): ProviderReport | undefined {
    const event = JSON.parse(body) as Stripe.Event;
    // A test event is not about money, whoever signed it, and a live one is not about what a test key knows.
    return event.livemode === this.settings.stripe.isLive ? interpretStripeEvent(event) : undefined;
  }

  private async disputesOf(transactionId: string): Promise<DisputeReport[]> {
    const disputes = await this.stripe.list('dispute', (api) =>
      api.disputes.list({ payment_intent: transactionId, limit: 100 }),
    );
    return disputes.flatMap((dispute) => reportOfDispute(dispute) ?? []);
  }

  private way({ methodId }: Attempt): StripeCheckout | StripeSavedCards {
    return methodId === null ? this.checkout : this.savedCards;
  }
}

/** An answer that lacks what it is about is none: asked again, never acted on. */
function checkIntelligible({ outcome, received, transactionId }: AttemptReport): void {
  if (outcome === 'paid' && !(received && transactionId)) throw unintelligible();
}

function unintelligible(): ProviderFailure {
  return new ProviderFailure(false, 'unintelligible_answer');
}

function isWebAddress(text: unknown): boolean {
  return typeof text === 'string' && /^https?:/i.test(text) && URL.canParse(text);
}
