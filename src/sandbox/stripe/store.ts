import type Stripe from 'stripe';
import { Collection } from '../common/collection.js';
import type { OnboardingLink } from './account-links.js';
import type { ConnectedAccount } from './connected-account-object.js';
import type { ConnectedWithdrawal } from './connected-balance.js';
import type { BillingNotes, PendingLine, Subscription, SubscriptionCheckout } from './billing/records.js';
import type { PayoutPart } from './payout-parts.js';
import type { SettlementCurrency } from './settlement.js';

/** What a Checkout Session sells and what its PaymentIntent shall carry; neither is part of the session's own body. */
export interface Basket {
  id: string;
  lineItems: Stripe.LineItem[];
  paymentIntent: Pick<
    Stripe.PaymentIntent,
    | 'description'
    | 'metadata'
    | 'receipt_email'
    | 'statement_descriptor'
    | 'statement_descriptor_suffix'
    | 'transfer_group'
  >;
}

/** What has been done with a payment method (the id). */
interface MethodUse {
  id: string;
  /** Set up for payments in the buyer's absence, the bank having agreed. */
  setUp?: true;
  /** Charged without a customer, or taken from one: good for nothing any more. */
  spent?: true;
  /** What its bank has come to answer, whatever the card is known for. */
  declines?: string;
}

/** What is secret or internal about a webhook endpoint. More than one secret while one is being rolled. */
export interface EndpointSettings {
  id: string;
  secrets: string[];
  connect: boolean;
  /** Comes from the options of the stand-in rather than from the API. */
  configured: boolean;
}

/** One event on its way to one endpoint; gone once it was delivered or given up. */
export interface Delivery {
  id: string;
  event: string;
  endpoint: string;
  attempts: number;
}

/** The answer kept for an idempotency key (the id). */
export interface SavedAnswer {
  id: string;
  fingerprint: string;
  status: number;
  body: object;
  requestId: string;
  savedAt: number;
}

/** Everything the stand-in knows. All of it survives a restart when a state file is given. */
export class Store {
  readonly customers = this.collection<Stripe.Customer | Stripe.DeletedCustomer>();
  readonly products = this.collection<Stripe.Product>();
  readonly prices = this.collection<Stripe.Price>();
  readonly taxRates = this.collection<Stripe.TaxRate>();
  readonly testClocks = this.collection<Stripe.TestHelpers.TestClock>();
  readonly subscriptions = this.collection<Subscription>();
  readonly subscriptionSchedules = this.collection<Stripe.SubscriptionSchedule>();
  readonly subscriptionCheckouts = this.collection<SubscriptionCheckout>();
  readonly billingNotes = this.collection<BillingNotes>();
  readonly pendingLines = this.collection<PendingLine>();
  readonly invoices = this.collection<Stripe.Invoice>();
  readonly invoicePayments = this.collection<Stripe.InvoicePayment>();
  readonly checkoutSessions = this.collection<Stripe.Checkout.Session>();
  readonly baskets = this.collection<Basket>();
  readonly paymentIntents = this.collection<Stripe.PaymentIntent>();
  readonly setupIntents = this.collection<Stripe.SetupIntent>();
  readonly paymentMethods = this.collection<Stripe.PaymentMethod>();
  readonly methodUses = this.collection<MethodUse>();
  readonly charges = this.collection<Stripe.Charge>();
  readonly refunds = this.collection<Stripe.Refund>();
  readonly disputes = this.collection<Stripe.Dispute>();
  readonly balanceTransactions = this.collection<Stripe.BalanceTransaction>();
  readonly settlementCurrencies = this.collection<SettlementCurrency>();
  readonly payouts = this.collection<Stripe.Payout>();
  readonly payoutParts = this.collection<PayoutPart>();
  readonly transfers = this.collection<Stripe.Transfer>();
  readonly transferReversals = this.collection<Stripe.TransferReversal>();
  readonly connectedAccounts = this.collection<ConnectedAccount>();
  readonly connectedWithdrawals = this.collection<ConnectedWithdrawal>();
  readonly onboardingLinks = this.collection<OnboardingLink>();
  readonly events = this.collection<Stripe.Event>();
  readonly webhookEndpoints = this.collection<Stripe.WebhookEndpoint>();
  readonly endpointSettings = this.collection<EndpointSettings>();
  readonly deliveries = this.collection<Delivery>();
  readonly savedAnswers = this.collection<SavedAnswer>();

  constructor(private readonly changed: () => void) {}

  snapshot(): Record<string, unknown[]> {
    return Object.fromEntries(this.collections().map(([name, collection]) => [name, collection.all()]));
  }

  restore(snapshot: Record<string, { id: string }[]>): void {
    for (const [name, collection] of this.collections()) collection.restore(snapshot[name] ?? []);
  }

  private collections(): [string, Collection<{ id: string }>][] {
    const fields: [string, unknown][] = Object.entries(this);
    return fields.filter((field): field is [string, Collection<{ id: string }>] => field[1] instanceof Collection);
  }

  private collection<T extends { id: string }>(): Collection<T> {
    return new Collection<T>(() => this.changed());
  }
}
