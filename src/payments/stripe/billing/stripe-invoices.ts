import { Injectable } from '@nestjs/common';
import type Stripe from 'stripe';
import { Money } from '../../../platform/money/index.js';
import type { InvoiceLine, PaidInvoice, SubscriptionReading } from '../../ports/subscription-biller.js';
import { StripeClient } from '../stripe-client.js';
import { fromStripeAmount, idOf } from '../stripe-money.js';
import { dateOf, dateOrNull, must } from './intelligible.js';
import { planOf } from './stripe-prices.js';

/** An invoice with all of its lines. */
export interface WholeInvoice {
  readonly invoice: Stripe.Invoice;
  readonly lines: readonly Stripe.InvoiceLineItem[];
}

/** The invoices of a subscription. */
@Injectable()
export class StripeInvoices {
  constructor(private readonly stripe: StripeClient) {}

  /** Every one, newest first. */
  async of(subscription: string): Promise<WholeInvoice[]> {
    const invoices = await this.stripe.list('invoice', (api) =>
      api.invoices.list({ subscription, limit: 100, expand: ['data.payments'] }),
    );
    return Promise.all(invoices.map((invoice) => this.whole(invoice)));
  }

  /** Stripe answers the first lines only. */
  private async whole(invoice: Stripe.Invoice): Promise<WholeInvoice> {
    if (!must(invoice.lines).has_more) return { invoice, lines: invoice.lines.data };
    const lines = await this.stripe.list('line_item', (api) => api.invoices.listLineItems(invoice.id, { limit: 100 }));
    return { invoice, lines };
  }
}

/**
 * What came for these invoices, oldest first. An invoice that was paid in several movements is told once for each: whoever books it divides
 * its lines by what came. One that a credit balance paid, or somebody outside of Stripe, brought nothing.
 */
export function paidInvoices(invoices: readonly WholeInvoice[]): PaidInvoice[] {
  const paid = invoices.filter(({ invoice }) => invoice.status === 'paid' && invoice.amount_paid > 0);
  const all = paid.flatMap((one) => movementsOf(one).map((movement, index) => toPaid(one, movement, index)));
  return all
    .toSorted((a, b) => a.paidAt.getTime() - b.paidAt.getTime())
    .map((invoice, index) => ({ ...invoice, isFirst: index === 0 }));
}

function movementsOf({ invoice }: WholeInvoice): Stripe.InvoicePayment[] {
  const payments = must(invoice.payments).data.filter(({ status }) => status === 'paid');
  return payments.filter(({ payment, amount_paid: amount }) => idOf(payment.payment_intent) && (amount ?? 0) > 0);
}

function toPaid({ invoice, lines }: WholeInvoice, movement: Stripe.InvoicePayment, index: number): PaidInvoice {
  const total = must(fromStripeAmount(movement.amount_paid, movement.currency));
  const read = lines.map(toLine);
  return {
    externalId: index === 0 ? invoice.id : `${invoice.id}:${movement.id}`,
    number: invoice.number,
    transactionId: must(idOf(movement.payment.payment_intent)),
    total,
    tax: read.reduce((sum, line) => sum.plus(line.tax), Money.zero(total.currency)),
    lines: read,
    isFirst: false,
    paidAt: dateOf(movement.status_transitions.paid_at ?? invoice.status_transitions.paid_at),
  };
}

/** Net of what is taken off, and of the tax that is in it. */
export function toLine({ amount, currency, pricing, period, parent, ...line }: Stripe.InvoiceLineItem): InvoiceLine {
  const off = (line.discount_amounts ?? []).reduce((sum, discount) => sum + discount.amount, 0);
  const taxes = line.taxes ?? [];
  const taxOf = (of: typeof taxes) => of.reduce((sum, tax) => sum + tax.amount, 0);
  const within = taxOf(taxes.filter(({ tax_behavior: behaviour }) => behaviour === 'inclusive'));
  const details = parent?.subscription_item_details ?? parent?.invoice_item_details;
  return {
    plan: planOf(pricing?.price_details?.product),
    net: must(fromStripeAmount(amount - off - within, currency)),
    tax: must(fromStripeAmount(taxOf(taxes), currency)),
    isProration: details?.proration ?? false,
    from: dateOf(period.start),
    until: dateOf(period.end),
  };
}

/** Of what was tried to be collected and is not: the oldest. */
export function unpaidOf(invoices: readonly WholeInvoice[]): SubscriptionReading['unpaid'] {
  const open = invoices.filter(({ invoice }) => invoice.status === 'open' && invoice.attempted);
  const oldest = open.toSorted((a, b) => a.invoice.created - b.invoice.created)[0]?.invoice;
  if (!oldest) return null;
  return {
    since: dateOf(oldest.status_transitions.finalized_at ?? oldest.created),
    attempts: must(oldest.attempt_count),
    nextAttemptAt: dateOrNull(oldest.next_payment_attempt),
    payUrl: oldest.hosted_invoice_url ?? null,
  };
}
