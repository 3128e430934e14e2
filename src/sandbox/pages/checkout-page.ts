import type Stripe from 'stripe';
import { formatAmount } from '../stripe/money.js';
import { testCards } from '../stripe/test-cards.js';
import { cardForm } from './card-form.js';
import type { FieldErrors, Typed } from './checkout-form.js';
import { testCardSection } from './fields.js';
import { html, page, type Html } from './html.js';

interface CheckoutView {
  session: Stripe.Checkout.Session;
  lineItems: Stripe.LineItem[];
  /** What a subscription begins with; null for none. */
  trial: string | null;
  /** False where nothing is due and no card is wanted. */
  asks: boolean;
  typed: Typed;
  errors: FieldErrors;
  /** Why the card was not charged. */
  decline: string | null;
}

/** The hosted page: what is bought, the form, and the test cards. Plain forms, so it works without JavaScript. */
export function checkoutPage({ session, lineItems, trial, asks, typed, errors, decline }: CheckoutView): string {
  const saves = session.mode === 'setup';
  const total = formatAmount(session.amount_total ?? 0, session.currency ?? 'usd');
  const title = saves ? 'Save card' : trial !== null ? 'Start trial' : `Pay ${total}`;
  const body = html`<main class="checkout">
    ${saves ? savingSection : orderSection(session, lineItems, trial)}
    <section class="card" aria-labelledby="payment">
      <h2 id="payment">${saves ? 'Your card' : asks ? 'Pay by card' : 'No card needed'}</h2>
      ${asks ? cardForm({ title, typed, errors, decline }) : withoutCard(title)}
      ${session.cancel_url !== null && html`<a id="cancel" href="${session.cancel_url}">Cancel and go back</a>`}
    </section>
    ${testCardSection(testCards)}
  </main>`;
  return page(title, body);
}

const savingSection = html`<section class="card" aria-labelledby="summary">
  <h1 id="summary">Save a card for later</h1>
  <p class="soft">Nothing is charged now.</p>
</section>`;

function withoutCard(title: string): Html {
  return html`<form method="post" id="checkout">
    <button id="pay" type="submit" name="action" value="pay">${title}</button>
  </form>`;
}

function orderSection(session: Stripe.Checkout.Session, lineItems: Stripe.LineItem[], trial: string | null): Html {
  const { amount_subtotal: subtotal, amount_total: amount, currency } = session;
  const total = formatAmount(amount ?? 0, currency ?? 'usd');
  const tax = session.total_details?.amount_tax ?? 0;
  return html`<section class="card" aria-labelledby="summary">
    <h1 id="summary">Your order</h1>
    <p class="total" id="total">${total}</p>
    ${trial !== null && html`<p id="trial">${trial}</p>`}
    <ul class="items">
      ${lineItems.map(itemLine)}
      ${
        tax > 0 &&
        html`<li>
          <span>${amount === subtotal ? 'Tax, included' : 'Tax, added'}</span>
          <span class="amount">${formatAmount(tax, currency ?? 'usd')}</span>
        </li>`
      }
    </ul>
  </section>`;
}

/** For a session that cannot be paid (any more). */
export function checkoutStatusPage(session: Stripe.Checkout.Session, continueUrl: string | null): string {
  const amount = formatAmount(session.amount_total ?? 0, session.currency ?? 'usd');
  const [title, text] = statusTexts(session, amount);
  const body = html`<main class="status card" id="session-${session.status}">
    <h1>${title}</h1>
    <p>${text}</p>
    ${continueUrl !== null && html`<p><a href="${continueUrl}">Back to the shop</a></p>`}
  </main>`;
  return page(title, body);
}

export function notFoundPage(what: string): string {
  return page(
    'Not found',
    html`<main class="status card">
      <h1>Not found</h1>
      <p>There is no ${what} here.</p>
    </main>`,
  );
}

function statusTexts(session: Stripe.Checkout.Session, amount: string): [title: string, text: string] {
  if (session.mode === 'setup') {
    return session.status === 'expired'
      ? ['This page has expired', 'No card was saved. Start again in the shop.']
      : ['Card saved', 'There is nothing more to do here.'];
  }
  if (session.status === 'expired') {
    return ['This checkout has expired', `The ${amount} were not charged. Start again in the shop.`];
  }
  return session.payment_status === 'paid'
    ? ['Payment complete', `You have paid ${amount}. There is nothing more to do here.`]
    : ['Payment on its way', `Your payment of ${amount} takes a few days to arrive.`];
}

function itemLine(item: Stripe.LineItem): Html {
  const quantity = item.quantity ?? 1;
  return html`<li>
    <span>${item.description}${quantity > 1 && html` <span class="soft">× ${quantity}</span>`}</span>
    <span class="amount">${formatAmount(item.amount_subtotal, item.currency)}</span>
  </li>`;
}
