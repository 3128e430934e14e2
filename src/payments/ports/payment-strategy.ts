import { Injectable } from '@nestjs/common';
import type { PaymentProvider } from '../../platform/database/index.js';
import type { AccountRef } from '../../ledger/index.js';
import type { Money } from '../../platform/money/index.js';

/** One attempt, as a provider needs to know it. Everything in it stands in the database before the provider is called. */
export interface Attempt {
  /** Ours; the provider's idempotency key is derived from it. */
  readonly paymentId: string;
  readonly sessionId: string;
  readonly userId: string;
  readonly title: string;
  readonly total: Money;
  readonly returnUrl: string;
  readonly cancelUrl: string;
  readonly createdAt: Date;
  /** When our session ends; the provider's should not end before it. */
  readonly expiresAt: Date;
  /** The provider's handle, once it is known. */
  readonly reference: string | null;
}

export interface Started {
  readonly reference: string;
  /** Where the buyer pays; null when there is nowhere to go. */
  readonly redirectUrl: string | null;
}

/**
 * What a provider says about one attempt, in one vocabulary for all of them. It came from a signed webhook or from asking; it may
 * come twice, late and out of order.
 */
export interface ProviderReport {
  readonly outcome: 'open' | 'processing' | 'paid' | 'failed' | 'cancelled' | 'expired';
  /** The provider's handle of the attempt. */
  readonly reference?: string;
  /** Our payment's id, as the provider gives it back. */
  readonly paymentId?: string;
  /** The provider's id of the money's movement; always there when paid. */
  readonly transactionId?: string;
  /** What really came; always there when paid. */
  readonly received?: Money;
  readonly redirectUrl?: string | null;
  /** Why it failed, in the provider's code. */
  readonly reason?: string;
  /** Where the buyer is, on the provider's evidence: ISO 3166-1 alpha-2. */
  readonly buyerCountry?: string;
}

/** A webhook whose origin is proven. */
export interface SignedEvent {
  /** What makes a delivery a repetition. */
  readonly externalId: string;
  readonly type: string;
  readonly body: string;
}

/** A way to pay. On its own, one that settles in our own transaction: its funds are ours to move. */
export interface PaymentStrategy {
  readonly provider: PaymentProvider;
  /** The account that a buyer's payment debits: what the provider then owes us, or the buyer's own money with us. */
  funds(userId: string): AccountRef;
}

/** A way to pay that is settled later, by a provider outside: it is begun, asked, and reports by webhook. */
export interface ProviderStrategy extends PaymentStrategy {
  /**
   * Begins an attempt; the same attempt again is the same attempt at the provider.
   * @throws ProviderFailure
   */
  start(attempt: Attempt): Promise<Started>;
  /**
   * Asks the provider how an attempt stands; undefined when it has never heard of it.
   * @throws ProviderFailure
   */
  lookUp(attempt: Attempt): Promise<ProviderReport | undefined>;
  /** Proves where a webhook comes from; undefined when it cannot be proven. */
  verify(rawBody: Buffer, headers: Record<string, string | string[] | undefined>): SignedEvent | undefined;
  /** What a stored event says; undefined when it says nothing we act on. */
  interpret(body: string): ProviderReport | undefined;
}

/** A call to a provider that did not succeed. */
export class ProviderFailure extends Error {
  constructor(
    /** True when the provider said no and did nothing; false when it may have done it all the same. */
    readonly final: boolean,
    /** The provider's code or our word for it; for records and logs. */
    readonly code: string,
    options?: ErrorOptions,
  ) {
    super(`provider failure: ${code}`, options);
    this.name = 'ProviderFailure';
  }
}

function isProvider(strategy: PaymentStrategy): strategy is ProviderStrategy {
  return 'start' in strategy;
}

@Injectable()
export class PaymentStrategies {
  private readonly byProvider = new Map<PaymentProvider, PaymentStrategy>();

  register(strategy: PaymentStrategy): void {
    this.byProvider.set(strategy.provider, strategy);
  }

  of(provider: PaymentProvider): PaymentStrategy {
    const strategy = this.byProvider.get(provider);
    if (!strategy) throw new Error(`there is no strategy for ${provider}`);
    return strategy;
  }

  settlesAtOnce(provider: PaymentProvider): boolean {
    return !isProvider(this.of(provider));
  }

  /** @throws when the way to pay has no provider outside */
  provider(provider: PaymentProvider): ProviderStrategy {
    const strategy = this.of(provider);
    if (!isProvider(strategy)) throw new Error(`${provider} has no provider to ask`);
    return strategy;
  }

  get offered(): PaymentProvider[] {
    return [...this.byProvider.keys()];
  }
}
