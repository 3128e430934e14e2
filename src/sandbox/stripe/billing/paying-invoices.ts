import type Stripe from 'stripe';
import type { Account } from '../account.js';
import { asksForBuyer } from '../confirming.js';
import { requireAction } from '../next-action.js';
import type { Buyer } from '../paying.js';
import { cardPaymentMethod } from '../payment-method-object.js';
import { findCard, isRefused } from '../test-cards.js';
import { onClockOf } from './clocks.js';
import { collect } from './collecting.js';
import { intentPaying } from './invoicing.js';

export interface InvoiceAttempt {
  outcome: 'paid' | 'declined' | 'refused' | 'requires_action';
  /** What the buyer is told. */
  message: string | null;
  invoice: Stripe.Invoice;
  paymentIntent: Stripe.PaymentIntent;
}

/** The buyer pays an open invoice on its page. The card is kept with the customer; the subscription's own stays what it is. */
export function payInvoice(account: Account, id: string, buyer: Buyer): InvoiceAttempt {
  const invoice = account.store.invoices.get(id);
  const paymentIntent = intentPaying(account, id);
  if (invoice.status !== 'open' || !paymentIntent)
    throw new Error(`Invoice ${id} is ${invoice.status}: nothing to pay.`);
  const card = findCard(buyer.cardNumber);
  if (isRefused(card)) return { outcome: 'refused', message: card.message, invoice, paymentIntent };
  return onClockOf(account, invoice.customer, () => {
    const method = cardPaymentMethod(account, card, buyer, buyer);
    if (asksForBuyer(account, method, false)) {
      const waiting = requireAction(account, paymentIntent, method, invoice.hosted_invoice_url ?? null);
      return { outcome: 'requires_action', message: null, invoice, paymentIntent: waiting };
    }
    const failure = collect(account, id, { byHand: true, method });
    const now = { invoice: account.store.invoices.get(id), paymentIntent: intentPaying(account, id) ?? paymentIntent };
    return failure
      ? { outcome: 'declined', message: failure.decline?.message ?? null, ...now }
      : { outcome: 'paid', message: null, ...now };
  });
}
