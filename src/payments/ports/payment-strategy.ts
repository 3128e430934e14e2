import { Injectable } from '@nestjs/common';
import type { AccountRef } from '../../ledger/index.js';
import type { PaymentProvider } from '../../platform/database/index.js';
import type { Money } from '../../platform/money/index.js';
import type {
  AttemptReport,
  DisputeReport,
  Movement,
  ProviderReport,
  RefundReport,
  StatementLine,
} from './provider-report.js';

export type * from './provider-report.js';

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
  /** The number to ring, as the strategy wrote it; null for ways to pay that ring nobody. */
  readonly phone: string | null;
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

/** Money to give back through the provider that brought it. */
export interface RefundOrder {
  /** Ours; given to the provider to be given back with its reports. */
  readonly refundId: string;
  /** How often it is asked for by now: 1 the first time. Nothing is known of what came of the times before. */
  readonly tries: number;
  readonly paymentId: string;
  readonly transactionId: string;
  readonly amount: Money;
  /** Of the same movement: what earlier refunds have given back through the provider. No other of its refunds is on its way unheard of. */
  readonly givenBack: Money;
  /** Of the same movement: what its other refunds may still give back that the provider has begun and not ended. */
  readonly onItsWay: Money;
  /** The provider's id of it, once that is known: then all that is left is to ask how it stands. */
  readonly providerRefundId: string | null;
}

/** What a provider can charge in one currency. */
export interface ChargeLimits {
  readonly minimum: Money;
  readonly maximum: Money;
  /** Amounts are whole multiples of this, in minor units. */
  readonly step: bigint;
}

/** A webhook as it came in. */
export interface WebhookRequest {
  /** Byte for byte. */
  readonly rawBody: Buffer;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly query: Record<string, unknown>;
  /** The secret part of the address that it came to; undefined when all come to one. */
  readonly token?: string;
  /** The sender's address, as far as the proxies before us are believed. */
  readonly ip?: string;
}

/** A webhook whose origin is proven. */
export interface SignedEvent {
  /** What makes a delivery a repetition. */
  readonly externalId: string;
  readonly type: string;
  readonly body: string;
  /** What it is about, where its address tells and its body does not. */
  readonly about?: string;
}

/** A way to pay. On its own, one that settles in our own transaction: its funds are ours to move. */
export interface PaymentStrategy {
  readonly provider: PaymentProvider;
  /** The account that a buyer's payment debits: what the provider then owes us, or the buyer's own money with us. */
  funds(userId: string): AccountRef;
  /** The only currency that it takes, if there is one: what is bought is then priced in it unless told. */
  readonly currency?: string;
  /** What it can charge in a currency; undefined when it does not take the currency at all. */
  limits(currency: string): ChargeLimits | undefined;
  /**
   * Of a way to pay that rings the buyer's phone: the number as the provider writes it.
   * @throws PaymentProblems.phone
   */
  phoneOf?(given: string | undefined): string;
  /** Why an attempt came to nothing, for the buyer; undefined for a code that is not the provider's. */
  inWords?(code: string): string | undefined;
}

/** A way to pay that is settled later, by a provider outside: it is begun, asked, and reports by webhook. */
export interface ProviderStrategy extends PaymentStrategy {
  /**
   * Begins an attempt; the same attempt again is the same attempt at the provider, or one that nobody can pay twice.
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
   * is `paid`, and what the provider cannot end is still `open`.
   * @throws ProviderFailure
   */
  cancel(attempt: Attempt): Promise<AttemptReport>;
  /**
   * Gives money back; the same order again is the same refund.
   * @throws ProviderFailure
   */
  refund(order: RefundOrder): Promise<RefundReport>;
  /** The provider's own account, line by line, when it can be asked for one. */
  readonly account?: ProviderAccount;
  /**
   * Reads a statement that was saved as a file, where the provider has no account to ask for one. Pure: nothing is kept here.
   * @throws StatementFlaws
   */
  readonly readStatement?: (file: Buffer) => StatementLine[];
  /** Proves where a webhook comes from; undefined when it cannot be proven. */
  verify(request: WebhookRequest): SignedEvent | undefined | Promise<SignedEvent | undefined>;
  /**
   * What a stored event says; undefined when it says nothing we act on. In the transaction that acts on it: the provider cannot be asked
   * here, but what it said can be noted down.
   */
  interpret(
    event: Pick<SignedEvent, 'body' | 'about'>,
  ): ProviderReport | undefined | Promise<ProviderReport | undefined>;
}

/** What can be read about a movement of money in a provider's account. */
export interface ProviderAccount {
  /**
   * Every refund of it that the provider knows.
   * @throws ProviderFailure
   */
  refundsOf(transactionId: string): Promise<RefundReport[]>;
  /**
   * Every dispute of it that the provider knows.
   * @throws ProviderFailure
   */
  disputesOf(transactionId: string): Promise<DisputeReport[]>;
  /**
   * The lines about it: charge, refunds, disputes. Some may be missing until later.
   * @throws ProviderFailure
   */
  movementsOf(transactionId: string): Promise<Movement[]>;
  /**
   * Every line of a time, whatever it is about, from its first moment on and before its last.
   * @throws ProviderFailure
   */
  statement(from: Date, until: Date): Promise<StatementLine[]>;
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

  /** Undefined for one that is not offered, or no more. */
  find(provider: PaymentProvider): PaymentStrategy | undefined {
    return this.byProvider.get(provider);
  }

  of(provider: PaymentProvider): PaymentStrategy {
    const strategy = this.find(provider);
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

  /** Whether there is an account of the provider's to read. */
  hasAccount(provider: PaymentProvider): boolean {
    const strategy = this.of(provider);
    return isProvider(strategy) && strategy.account !== undefined;
  }

  /** Of a way to pay that is offered: where its statements come from, if anywhere. */
  statementsOf(provider: PaymentProvider): Pick<ProviderStrategy, 'account' | 'readStatement'> {
    const strategy = this.find(provider);
    return strategy && isProvider(strategy) ? strategy : {};
  }

  get offered(): PaymentProvider[] {
    return [...this.byProvider.keys()];
  }

  /** What a buyer pays with who does not say: the first provider outside that there is. */
  get usual(): PaymentProvider {
    return this.offered.find((provider) => !this.settlesAtOnce(provider)) ?? 'WALLET';
  }
}
