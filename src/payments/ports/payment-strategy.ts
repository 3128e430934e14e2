import { Injectable } from '@nestjs/common';
import type { DisputeStatus, MovementKind, PaymentProvider, RefundStatus } from '../../platform/database/index.js';
import type { AccountRef } from '../../ledger/index.js';
import type { Money } from '../../platform/money/index.js';
import type { KeptMethod } from './method-keeper.js';

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
  /** The saved method to charge, by our id; null when the buyer pays on the provider's page. */
  readonly methodId: string | null;
  /** The provider's handle, once it is known. */
  readonly reference: string | null;
}

export interface Started {
  readonly reference: string;
  /** Where the buyer pays; null when there is nowhere to go. */
  readonly redirectUrl: string | null;
  /** How the attempt stands already, when a saved method was charged. */
  readonly report?: AttemptReport;
}

/**
 * What a provider says, in one vocabulary for all of them. It came from a signed webhook or from asking; it may come twice, late and
 * out of order.
 */
export type ProviderReport = AttemptReport | RefundReport | DisputeReport | MovementsReport | MethodReport;

/** How one attempt stands. */
export interface AttemptReport {
  readonly kind: 'attempt';
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

/** How one refund stands: asked for by us, or by a person in the provider's dashboard. A success may still fail later. */
export interface RefundReport {
  readonly kind: 'refund';
  readonly status: RefundStatus;
  /** The provider's id of the refund. */
  readonly providerRefundId: string;
  /** Ours, as the provider gives it back; not there when it was not asked for by us. */
  readonly refundId?: string;
  /** The movement of money that is given back. */
  readonly transactionId: string;
  readonly amount: Money;
  /** Why it failed, in the provider's code. */
  readonly reason?: string;
}

/** How one dispute stands. */
export interface DisputeReport {
  readonly kind: 'dispute';
  /** The provider's id of the dispute. */
  readonly externalId: string;
  /** The movement of money that is disputed. */
  readonly transactionId: string;
  readonly status: DisputeStatus;
  /** In the currency of the payment. */
  readonly amount: Money;
  /** In the provider's words. */
  readonly reason: string;
  readonly openedAt: Date;
  readonly dueBy: Date | null;
  /** The money was taken from us. An inquiry takes none. */
  readonly withdrawn: boolean;
  /** The money was given back to us. */
  readonly reinstated: boolean;
}

/** The provider's account of a movement of money has changed: what it moved and kept is to be asked again. */
export interface MovementsReport {
  readonly kind: 'movements';
  readonly transactionId: string;
}

/** A way to pay that the provider keeps for somebody was saved, changed or taken away, or a setup has come to its end. */
export type MethodReport =
  | {
      readonly kind: 'method';
      readonly change: 'kept' | 'changed' | 'removed';
      /** The provider's id of whose it is, or was. */
      readonly customer: string;
      readonly method: KeptMethod;
    }
  | {
      readonly kind: 'method';
      readonly change: 'set-up';
      /** Ours, as the provider gives it back. */
      readonly setupId: string;
    };

/** One line of the provider's own account: what it moved, and what it kept for that. */
export interface Movement {
  /** The provider's id of the line. */
  readonly externalId: string;
  readonly kind: MovementKind;
  /** Into our account positive, out of it negative, before the fee; in the currency that the provider settles in. */
  readonly amount: Money;
  readonly fee: Money;
  /** The same in the currency that the buyer paid in. */
  readonly original: Money;
  readonly occurredAt: Date;
}

/** Money to give back through the provider that brought it. */
export interface RefundOrder {
  /** Ours; given to the provider to be given back with its reports. */
  readonly refundId: string;
  /** How often it is asked for by now: 1 the first time. Nothing is known of what came of the times before. */
  readonly tries: number;
  readonly paymentId: string;
  readonly transactionId: string;
  readonly amount: Money;
}

/** What a provider can charge in one currency. */
export interface ChargeLimits {
  readonly minimum: Money;
  readonly maximum: Money;
  /** Amounts are whole multiples of this, in minor units. */
  readonly step: bigint;
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
  /** What it can charge in a currency; undefined when it does not take the currency at all. */
  limits(currency: string): ChargeLimits | undefined;
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
  lookUp(attempt: Attempt): Promise<AttemptReport | undefined>;
  /**
   * Makes an attempt one that nobody can pay any more, as far as the provider can. Answers how it stands then: money that came first
   * is `paid`.
   * @throws ProviderFailure
   */
  cancel(attempt: Attempt): Promise<AttemptReport>;
  /**
   * Gives money back; the same order again is the same refund.
   * @throws ProviderFailure
   */
  refund(order: RefundOrder): Promise<RefundReport>;
  /**
   * Every refund of a movement of money that the provider knows.
   * @throws ProviderFailure
   */
  refundsOf(transactionId: string): Promise<RefundReport[]>;
  /**
   * Every dispute of a movement of money that the provider knows.
   * @throws ProviderFailure
   */
  disputesOf(transactionId: string): Promise<DisputeReport[]>;
  /**
   * What the provider's account says about a movement of money: charge, refunds, disputes. Lines may be missing until later.
   * @throws ProviderFailure
   */
  movementsOf(transactionId: string): Promise<Movement[]>;
  /** Proves where a webhook comes from; undefined when it cannot be proven. */
  verify(rawBody: Buffer, headers: Record<string, string | string[] | undefined>): SignedEvent | undefined;
  /** What a stored event says; undefined when it says nothing we act on. */
  interpret(body: string): ProviderReport | undefined;
}

/** A call to a provider that did not succeed. */
export class ProviderFailure extends Error {
  /** When it may be worth asking again, if that is known. */
  readonly retryAfterSeconds?: number;

  constructor(
    /** True when the provider said no and did nothing; false when it may have done it all the same. */
    readonly final: boolean,
    /** The provider's code or our word for it; for records and logs. */
    readonly code: string,
    options?: ErrorOptions & { readonly retryAfterSeconds?: number },
  ) {
    super(`provider failure: ${code}`, options);
    this.name = 'ProviderFailure';
    this.retryAfterSeconds = options?.retryAfterSeconds;
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
