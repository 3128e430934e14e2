import { billReference } from '../paymob/acquirer-data.js';
import { paymobTestCards, paymobTestWallet } from '../paymob/test-cards.js';
import type { Intention, Transaction } from '../paymob/store.js';
import { formatAmount } from '../stripe/money.js';
import { field, testCardSection } from './fields.js';
import { html, page, type Html } from './html.js';

export type PaymobField = 'cardNumber' | 'cardExpiry' | 'cardCvc' | 'phone';

interface PaymobCheckoutView {
  intention: Intention;
  typed: Record<PaymobField, string>;
  errors: Partial<Record<PaymobField, string>>;
  /** The last attempt, when it was declined: why, and where the buyer goes who gives up. */
  declined: { message: string; redirect: string | null } | null;
}

/** Paymob's hosted page: what is bought, three ways to pay it, and the test cards. Plain forms, so it works without JavaScript. */
export function paymobCheckoutPage({ intention, typed, errors, declined }: PaymobCheckoutView): string {
  const { amount, currency, items } = intention.order;
  const total = shownAmount(amount, currency);
  const giveUp = declined?.redirect ?? null;
  const input = (name: PaymobField, label: string, placeholder: string) =>
    field(name, label, { inputmode: 'numeric', placeholder }, typed[name], errors[name]);
  const body = html`<main class="checkout">
    <section class="card" aria-labelledby="summary">
      <h1 id="summary">Your order</h1>
      <p class="total" id="total">${total}</p>
      <ul class="items">
        ${items.map(({ name, amount: price, quantity }) => itemLine(name, quantity, shownAmount(price, currency)))}
      </ul>
    </section>
    <section class="card" aria-labelledby="payment">
      <h2 id="payment">Pay by card</h2>
      ${declined && html`<p class="alert" role="alert" id="decline">${declined.message}</p>`}
      <form method="post" id="checkout" novalidate>
        ${input('cardNumber', 'Card number', '5123 4567 8901 2346')}
        <div class="row">${input('cardExpiry', 'Expiry', 'MM / YY')} ${input('cardCvc', 'CVC', '123')}</div>
        <button id="pay" type="submit" name="method" value="card">Pay ${total}</button>
      </form>
      <h2 class="other">Or from a wallet</h2>
      <form method="post" novalidate>
        ${input('phone', 'Phone number of the wallet', paymobTestWallet)}
        <button id="pay-wallet" type="submit" name="method" value="wallet">Pay from the wallet</button>
      </form>
      <h2 class="other">Or at a kiosk</h2>
      <form method="post">
        <button id="pay-kiosk" type="submit" name="method" value="kiosk">Get a number to pay with</button>
      </form>
      ${giveUp !== null && html`<a id="cancel" href="${giveUp}">Give up and go back</a>`}
    </section>
    ${testCardSection(paymobTestCards)}
  </main>`;
  return page(`Pay ${total}`, body);
}

/** For an intention that cannot be paid (any more). */
export function paymobStatusPage(intention: Intention, status: 'paid' | 'expired', continueUrl: string | null): string {
  const amount = shownAmount(intention.order.amount, intention.order.currency);
  return status === 'paid'
    ? statusPage('paid', 'Payment complete', `You have paid ${amount}. There is nothing more to do here.`, continueUrl)
    : statusPage(
        'expired',
        'This payment has expired',
        `The ${amount} were not charged. Start again in the shop.`,
        null,
      );
}

/** The buyer's way is not at its end: nothing is known yet, or the kiosk is next. */
export function paymobPendingPage(intention: Intention, payment: Transaction): string {
  const amount = shownAmount(intention.order.amount, intention.order.currency);
  const isKiosk = payment.source.type === 'aggregator';
  const text = isKiosk
    ? `Tell the kiosk the number ${billReference(payment)} and pay ${amount} there. Here, the dashboard is the kiosk.`
    : `Whether the ${amount} were paid is not known yet.`;
  return statusPage('pending', isKiosk ? 'Pay at a kiosk' : 'Payment on its way', text, null);
}

function statusPage(id: string, title: string, text: string, continueUrl: string | null): string {
  return page(
    title,
    html`<main class="status card" id="payment-${id}">
      <h1>${title}</h1>
      <p>${text}</p>
      ${continueUrl !== null && html`<p><a href="${continueUrl}">Back to the shop</a></p>`}
    </main>`,
  );
}

/** `150050` EGP → `E£1,500.50`. */
export function shownAmount(amount: number, currency: string): string {
  return formatAmount(amount, currency.toLowerCase());
}

function itemLine(name: string, quantity: number, price: string): Html {
  return html`<li>
    <span>${name}${quantity > 1 && html` <span class="soft">× ${quantity}</span>`}</span>
    <span class="amount">${price}</span>
  </li>`;
}
