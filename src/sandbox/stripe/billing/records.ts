import type Stripe from 'stripe';

/** As it is on the wire: with the plan and the quantity that the SDK no longer names. */
export type Subscription = Stripe.Subscription & { plan: Stripe.Plan; quantity: number };

/** What Stripe remembers of a subscription and shows nobody (the id is the subscription's). */
export interface BillingNotes {
  id: string;
  /** The end of the trial that was told of in advance. */
  trialEndTold?: number;
  /** The end of the period whose invoice was told of in advance. */
  upcomingTold?: number;
}

/** A line that waits for the next invoice of its subscription; the id is that of its invoice item. */
export interface PendingLine {
  id: string;
  subscription: string;
  line: Stripe.InvoiceLineItem;
}

/** What a Checkout Session in mode `subscription` (the id) begins when it is paid. */
export interface SubscriptionCheckout {
  id: string;
  price: string;
  quantity: number;
  trialDays: number;
  trialEnd: number | null;
  metadata: Stripe.Metadata;
  description: string | null;
  taxRates: string[];
  /** The PaymentIntent or SetupIntent of the buyer's attempts; the session itself does not show it. */
  intent: string | null;
}
