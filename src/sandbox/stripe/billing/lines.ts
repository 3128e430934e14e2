import Stripe from 'stripe';
import { idOf, newId } from '../ids.js';
import type { Period } from './periods.js';
import type { Subscription } from './records.js';

interface LineOrder {
  subscription: Subscription;
  price: Stripe.Price;
  quantity: number;
  /** Without the tax that is added; below zero for what is given back. */
  amount: number;
  description: string;
  period: Period;
  /** Of a change within a period. */
  proration: boolean;
  /** The lines that it gives back, and the invoice that they stand on. */
  credited?: { invoice: string; lines: string[] };
}

/** A line of no invoice yet, with its tax by the subscription's rates. */
export function newLine(order: LineOrder): Stripe.InvoiceLineItem {
  const { subscription, price, quantity, amount, proration, credited } = order;
  const [item] = subscription.items.data;
  return {
    id: newId('line_item'),
    object: 'line_item',
    amount,
    currency: price.currency,
    description: order.description,
    discount_amounts: [],
    discountable: !proration,
    discounts: [],
    invoice: null,
    livemode: false,
    metadata: subscription.metadata,
    parent: {
      invoice_item_details: null,
      subscription_item_details: {
        invoice_item: proration ? newId('invoice_item') : null,
        proration,
        proration_details: {
          credited_items: credited ? { invoice: credited.invoice, invoice_line_items: credited.lines } : null,
        },
        subscription: subscription.id,
        subscription_item: item?.id ?? '',
      },
      type: 'subscription_item_details',
    },
    period: order.period,
    pretax_credit_amounts: [],
    pricing: {
      price_details: { price: price.id, product: idOf(price.product) },
      type: 'price_details',
      unit_amount_decimal: Stripe.Decimal.from(price.unit_amount ?? 0),
    },
    quantity,
    quantity_decimal: Stripe.Decimal.from(quantity),
    subscription: subscription.id,
    subtotal: amount,
    taxes: taxesOf(amount, subscription.default_tax_rates ?? []),
  };
}

/** What is in the amount already, and what comes on top of it: each rate by itself, rounded by itself. */
function taxesOf(amount: number, rates: Stripe.TaxRate[]): Stripe.InvoiceLineItem.Tax[] {
  const parts = rates.map((rate) => ({ rate, millionths: Math.round(rate.percentage * 10_000) }));
  const inside = parts.reduce((sum, { rate, millionths }) => sum + (rate.inclusive ? millionths : 0), 0);
  const included = (millionths: number) => share(amount, millionths, 1_000_000 + inside);
  const taxable = parts.reduce((left, part) => left - (part.rate.inclusive ? included(part.millionths) : 0), amount);
  return parts.map(({ rate, millionths }) => ({
    amount: rate.inclusive ? included(millionths) : share(taxable, millionths, 1_000_000),
    tax_behavior: rate.inclusive ? 'inclusive' : 'exclusive',
    tax_rate_details: { tax_rate: rate.id },
    taxability_reason: 'not_available',
    taxable_amount: taxable,
    type: 'tax_rate_details',
  }));
}

/** Rounded half away from zero. */
export function share(amount: number, part: number, whole: number): number {
  const rounded = Math.floor((2 * Math.abs(amount) * part + whole) / (2 * whole));
  return amount < 0 && rounded > 0 ? -rounded : rounded;
}

/** `1 × Pro (at $20.00 / month)`, and the other ways in which Stripe describes time. */
export const describe = {
  whole: (name: string, quantity: number, price: string): string => `${quantity} × ${name} (at ${price})`,
  trial: (name: string, quantity: number): string => `Trial period for ${counted(name, quantity)}`,
  unused: (name: string, quantity: number, after: number): string =>
    `Unused time on ${counted(name, quantity)} after ${dayOf(after)}`,
  remaining: (name: string, quantity: number, after: number): string =>
    `Remaining time on ${counted(name, quantity)} after ${dayOf(after)}`,
};

function counted(name: string, quantity: number): string {
  return quantity === 1 ? name : `${quantity} × ${name}`;
}

function dayOf(moment: number): string {
  const parts = { day: '2-digit', month: 'short', year: 'numeric', timeZone: 'UTC' } as const;
  return new Date(moment * 1000).toLocaleDateString('en-GB', parts);
}
