import { StripeBeginnings } from './billing/stripe-beginnings.js';
import { StripeBiller } from './billing/stripe-biller.js';
import { StripeChanges } from './billing/stripe-changes.js';
import { StripeInvoices } from './billing/stripe-invoices.js';
import { StripePrices } from './billing/stripe-prices.js';
import { StripeReadings } from './billing/stripe-readings.js';
import { StripeSchedules } from './billing/stripe-schedules.js';
import { StripeCheckout } from './stripe-checkout.js';
import { StripeClient } from './stripe-client.js';
import { StripeCustomers } from './stripe-customers.js';
import { StripeMethods } from './stripe-methods.js';
import { StripeMovements } from './stripe-movements.js';
import { StripeRefunds } from './stripe-refunds.js';
import { StripeSavedCards } from './stripe-saved-cards.js';
import { StripeTransfers } from './stripe-transfers.js';
import { StripeStatement } from './stripe-statement.js';
import { StripeStrategy } from './stripe.strategy.js';

/** Subscriptions. */
const billing = [
  StripePrices,
  StripeInvoices,
  StripeReadings,
  StripeSchedules,
  StripeBeginnings,
  StripeChanges,
  StripeBiller,
];

/** Stripe. Whatever knows its API stands in this folder. */
export const stripe = [
  StripeClient,
  StripeCustomers,
  StripeCheckout,
  StripeSavedCards,
  StripeMethods,
  StripeRefunds,
  StripeMovements,
  StripeTransfers,
  StripeStatement,
  StripeStrategy,
  ...billing,
];
