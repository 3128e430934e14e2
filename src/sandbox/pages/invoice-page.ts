import type Stripe from 'stripe';
import { formatAmount } from '../stripe/money.js';
import { testCards } from '../stripe/test-cards.js';
import { cardForm } from './card-form.js';
import type { FieldErrors, Typed } from './checkout-form.js';
import { testCardSection } from './fields.js';
import { html, page, type Html } from './html.js';

interface InvoiceView {
  invoice: Stripe.Invoice;
  typed: Typed;
  errors: FieldErrors;
  decline: string | null;
}

/** The page behind `hosted_invoice_url`: what is owed, and a card to pay it with. */
export function invoicePage({ invoice, ...form }: InvoiceView): string {
  const due = formatAmount(invoice.amount_due, invoice.currency);
  return page(
    `Invoice ${invoice.number}`,
    html`<main class="checkout">
      <section class="card" aria-labelledby="summary">
        <h1 id="summary">Invoice ${invoice.number}</h1>
        <p class="total" id="total">${due}</p>
        <ul class="items">
          ${invoice.lines.data.map((line) => lineItem(line.description ?? '', line.amount, line.currency))}
          ${addedTax(invoice)}
        </ul>
      </section>
      <section class="card" aria-labelledby="payment">
        <h2 id="payment">Pay by card</h2>
        ${cardForm({ title: `Pay ${due}`, ...form })}
      </section>
      ${testCardSection(testCards)}
    </main>`,
  );
}

/** For an invoice that is not open (any more). */
export function invoiceStatusPage({ amount_paid: amount, currency, number, status }: Stripe.Invoice): string {
  const [title, text] =
    status === 'paid'
      ? ['Payment complete', `Invoice ${number} is paid: ${formatAmount(amount, currency)}.`]
      : ['Nothing to pay', `Invoice ${number ?? ''} is ${status}.`];
  return page(
    title,
    html`<main class="status card" id="invoice-${status}">
      <h1>${title}</h1>
      <p>${text}</p>
    </main>`,
  );
}

function addedTax({ total, subtotal, currency }: Stripe.Invoice): Html | false {
  return total !== subtotal && lineItem('Tax', total - subtotal, currency);
}

function lineItem(what: string, amount: number, currency: string): Html {
  return html`<li>
    <span>${what}</span>
    <span class="amount">${formatAmount(amount, currency)}</span>
  </li>`;
}
