import type Stripe from 'stripe';
import type { Account } from '../account.js';
import { idOf, newId } from '../ids.js';
import { isBelowMinimum } from '../money.js';
import { settled } from '../settlement.js';
import type { Period } from './periods.js';
import type { Subscription } from './records.js';

export interface InvoiceOrder {
  subscription: Subscription;
  lines: Stripe.InvoiceLineItem[];
  reason: 'subscription_create' | 'subscription_cycle' | 'subscription_update' | 'upcoming';
  /** Stripe's: the one that has ended, not the one that is paid for. */
  period: Period;
  /** When it is finalized by itself; null when it is at once, or never. */
  finalizesAt: number | null;
}

/** A draft. Nothing is stored, so a preview and the real thing are made alike. */
export function newInvoice(account: Account, order: InvoiceOrder): Stripe.Invoice {
  const { subscription, lines: given, reason, period, finalizesAt } = order;
  const id = newId('invoice');
  const found = account.store.customers.find(idOf(subscription.customer));
  const customer = found && !found.deleted ? found : undefined;
  const lines = given.map((line) => ({ ...line, invoice: id }));
  const balance = customer?.balance ?? 0;
  return {
    id,
    object: 'invoice',
    account_country: 'US',
    account_name: 'Sandbox',
    account_tax_ids: null,
    ...amounts(account, lines, subscription.currency, balance),
    amount_overpaid: 0,
    amount_paid: 0,
    amount_shipping: 0,
    application: null,
    attempt_count: 0,
    attempted: false,
    auto_advance: finalizesAt !== null,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null, provider: null, status: null },
    automatically_finalizes_at: finalizesAt,
    billing_reason: reason,
    collection_method: 'charge_automatically',
    created: account.now(),
    currency: subscription.currency,
    custom_fields: null,
    customer: idOf(subscription.customer),
    customer_account: null,
    customer_address: customer?.address ?? null,
    customer_email: customer?.email ?? null,
    customer_name: customer?.name ?? null,
    customer_phone: customer?.phone ?? null,
    customer_shipping: null,
    customer_tax_exempt: customer?.tax_exempt ?? 'none',
    customer_tax_ids: [],
    default_payment_method: null,
    default_source: null,
    default_tax_rates: subscription.default_tax_rates ?? [],
    description: null,
    discounts: [],
    due_date: null,
    effective_at: null,
    ending_balance: null,
    footer: null,
    from_invoice: null,
    hosted_invoice_url: null,
    invoice_pdf: null,
    issuer: { type: 'self' },
    last_finalization_error: null,
    latest_revision: null,
    lines: embedded(lines, `/v1/invoices/${id}/lines`),
    livemode: false,
    metadata: {},
    next_payment_attempt: finalizesAt,
    number: null,
    on_behalf_of: null,
    parent: {
      quote_details: null,
      subscription_details: { metadata: subscription.metadata, subscription: subscription.id },
      type: 'subscription_details',
    },
    payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
    period_end: period.end,
    period_start: period.start,
    post_payment_credit_notes_amount: 0,
    pre_payment_credit_notes_amount: 0,
    receipt_number: null,
    rendering: null,
    shipping_cost: null,
    shipping_details: null,
    starting_balance: balance,
    statement_descriptor: null,
    status: 'draft',
    status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
    test_clock: subscription.test_clock,
    total_discount_amounts: [],
    total_pretax_credit_amounts: [],
    webhooks_delivered_at: null,
  };
}

/** What the lines come to, and what is left to pay of it once the customer's balance is taken into account. */
export function amounts(
  account: Account,
  lines: Stripe.InvoiceLineItem[],
  currency: string,
  balance: number,
): Pick<
  Stripe.Invoice,
  | 'amount_due'
  | 'amount_remaining'
  | 'subtotal'
  | 'subtotal_excluding_tax'
  | 'total'
  | 'total_excluding_tax'
  | 'total_taxes'
> {
  const taxes = totalTaxes(lines);
  const sumOf = (behaviour: string) =>
    taxes.reduce((sum, tax) => sum + (tax.tax_behavior === behaviour ? tax.amount : 0), 0);
  const subtotal = lines.reduce((sum, line) => sum + line.amount, 0);
  const total = subtotal + sumOf('exclusive');
  const owed = Math.max(0, total + balance);
  // What is too little to be charged waits on the customer's balance for the next invoice.
  const small = isBelowMinimum({ amount: owed, currency, settled: settled(account, owed, currency) });
  const due = small ? 0 : owed;
  return {
    amount_due: due,
    amount_remaining: due,
    subtotal,
    subtotal_excluding_tax: subtotal - sumOf('inclusive'),
    total,
    total_excluding_tax: subtotal - sumOf('inclusive'),
    total_taxes: taxes,
  };
}

function totalTaxes(lines: Stripe.InvoiceLineItem[]): Stripe.Invoice.TotalTax[] {
  const byRate = new Map<string, Stripe.Invoice.TotalTax>();
  for (const tax of lines.flatMap((line) => line.taxes ?? [])) {
    const key = tax.tax_rate_details?.tax_rate ?? '';
    const known = byRate.get(key);
    const taxable = (known?.taxable_amount ?? 0) + (tax.taxable_amount ?? 0);
    byRate.set(key, { ...tax, amount: (known?.amount ?? 0) + tax.amount, taxable_amount: taxable });
  }
  return [...byRate.values()];
}

/** A list within an object, whole; Stripe says there how many there are. */
export function embedded<T>(data: T[], url: string): Stripe.ApiList<T> & { total_count: number } {
  return { object: 'list', data, has_more: false, total_count: data.length, url };
}
