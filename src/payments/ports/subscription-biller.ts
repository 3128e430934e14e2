import { Injectable } from '@nestjs/common';
import type { BillingPeriod, PaymentProvider } from '../../platform/database/index.js';
import type { Money } from '../../platform/money/index.js';

/** A plan for a period, at a price. */
export interface PlanPrice {
  /** The plan's id, such as `PRO`. */
  readonly plan: string;
  /** What the buyer reads. */
  readonly name: string;
  readonly period: BillingPeriod;
  /** For each period, without what tax adds. */
  readonly price: Money;
}

/** The tax that is added to each of its invoices, or is in their prices already. */
export interface SubscriptionTax {
  /** Millionths: 190000 is 19 %. */
  readonly rate: number;
  /** ISO 3166-1 alpha-2; null when it is not known. */
  readonly country: string | null;
  readonly inclusive: boolean;
}

/** A subscription to begin. Everything in it stands in the database before the provider is called. */
export interface SubscriptionOrder extends PlanPrice {
  /** Ours; the provider's idempotency key is derived from it, and it is given back with what the provider tells. */
  readonly subscriptionId: string;
  readonly userId: string;
  readonly tax: SubscriptionTax;
  /** 0 for none. */
  readonly trialDays: number;
  /** The provider's id of the saved method that pays; null when the buyer types one in on the provider's page. */
  readonly method: string | null;
  readonly returnUrl: string;
  readonly cancelUrl: string;
  readonly createdAt: Date;
  /** When our wish to begin it ends; the provider's page should not end before it. */
  readonly expiresAt: Date;
}

export interface BegunSubscription {
  /** The provider's handle of its page; null when there is none. */
  readonly reference: string | null;
  /** Where the buyer goes; null when there is nowhere to go. */
  readonly redirectUrl: string | null;
  /** The provider's id of the subscription; null until its page is through. */
  readonly externalId: string | null;
}

/** A line of an invoice: time on a plan. */
export interface InvoiceLine {
  readonly plan: string;
  /** Net of tax. Negative for time that was paid for and is given up. */
  readonly net: Money;
  readonly tax: Money;
  /** True for what a change in the middle of a period brings. */
  readonly isProration: boolean;
  readonly from: Date;
  readonly until: Date;
}

/** An invoice that was paid with money. */
export interface PaidInvoice {
  /** The provider's id of it. */
  readonly externalId: string;
  /** As the buyer's own receipt calls it. */
  readonly number: string | null;
  /** The provider's id of the money's movement, such as a PaymentIntent's. */
  readonly transactionId: string;
  /** With tax: what came. It is the sum of its lines. */
  readonly total: Money;
  readonly tax: Money;
  readonly lines: readonly InvoiceLine[];
  readonly isFirst: boolean;
  readonly paidAt: Date;
}

/** How a subscription stands at its provider, read there. */
export interface SubscriptionReading {
  readonly externalId: string;
  /** Ours, as the provider gives it back. */
  readonly subscriptionId: string;
  /** `UNPAID`: the provider has given up collecting, and has not ended it. */
  readonly status: 'TRIALING' | 'ACTIVE' | 'PAST_DUE' | 'UNPAID' | 'CANCELED';
  readonly plan: string;
  readonly period: BillingPeriod;
  readonly price: Money;
  /** What it changes to when the period ends; null when it goes on as it is. */
  readonly next: { readonly plan: string; readonly period: BillingPeriod } | null;
  readonly periodStart: Date;
  readonly periodEnd: Date;
  readonly trialEndsAt: Date | null;
  readonly cancelAtPeriodEnd: boolean;
  readonly endedAt: Date | null;
  /** It ended because it was not paid for, not because somebody wished so. */
  readonly endedUnpaid: boolean;
  /** Of the invoice that is open; null when none is. */
  readonly unpaid: {
    readonly since: Date;
    /** How often it was tried to collect it. */
    readonly attempts: number;
    /** When it is tried next; null when it is not tried any more. */
    readonly nextAttemptAt: Date | null;
    /** Where it can be paid at once. */
    readonly payUrl: string | null;
  } | null;
  /** Every paid invoice of it that brought money, oldest first. */
  readonly invoices: readonly PaidInvoice[];
}

/** What a change costs now. */
export interface ChangePreview {
  /** Charged at once. */
  readonly due: Money;
  readonly tax: Money;
  readonly lines: readonly InvoiceLine[];
  readonly periodStart: Date;
  readonly periodEnd: Date;
}

/** A change that is charged at once, in proportion to the time that is left. */
export interface ChangeOrder {
  readonly externalId: string;
  /** The same order again is the same change. */
  readonly key: string;
  readonly to: PlanPrice;
  /** The moment that it was shown for: the amounts are those of then. */
  readonly at: Date;
}

/**
 * What some providers can do: bill again and again. They own the retries and the arithmetic of proration; we ask for changes, and read how
 * things stand whenever they tell that something has changed.
 */
export interface SubscriptionBiller {
  readonly provider: PaymentProvider;
  /**
   * Begins it; the same order again is the same subscription.
   * @throws ProviderFailure final when the card was declined, and nothing was begun
   */
  begin(order: SubscriptionOrder): Promise<BegunSubscription>;
  /**
   * What became of one whose page was opened, or whose answer was lost: its id at the provider; undefined when there is none.
   * @throws ProviderFailure
   */
  find(order: {
    readonly subscriptionId: string;
    readonly userId: string;
    readonly reference: string | null;
  }): Promise<string | undefined>;
  /**
   * Ends the page where it is begun, so that nobody can begin it any more; one that is through is left alone.
   * @throws ProviderFailure
   */
  abandon(reference: string): Promise<void>;
  /** @returns undefined when the provider knows nothing of it. @throws ProviderFailure */
  read(externalId: string): Promise<SubscriptionReading | undefined>;
  /** @throws ProviderFailure */
  preview(externalId: string, to: PlanPrice, at: Date): Promise<ChangePreview>;
  /**
   * Changes it now and charges the difference. What stood to happen at the end of the period is dropped.
   * @throws ProviderFailure final when the card was declined, and nothing was changed
   */
  changeNow(order: ChangeOrder): Promise<void>;
  /** Changes it when the period ends, instead of what stood to happen then. @throws ProviderFailure */
  changeAtPeriodEnd(order: Omit<ChangeOrder, 'at'>): Promise<void>;
  /** Drops what stands to happen at the end of the period: a change or its end. It goes on as it is. @throws ProviderFailure */
  goOn(externalId: string): Promise<void>;
  /** Ends it when the period ends. @throws ProviderFailure */
  cancelAtPeriodEnd(externalId: string): Promise<void>;
  /** Ends it at once; no money goes back by itself. One that has ended is fine. @throws ProviderFailure */
  cancelNow(externalId: string): Promise<void>;
}

@Injectable()
export class SubscriptionBillers {
  private readonly byProvider = new Map<PaymentProvider, SubscriptionBiller>();

  register(biller: SubscriptionBiller): void {
    this.byProvider.set(biller.provider, biller);
  }

  /** Undefined when the provider is not offered, or no more. */
  find(provider: PaymentProvider): SubscriptionBiller | undefined {
    return this.byProvider.get(provider);
  }
}
