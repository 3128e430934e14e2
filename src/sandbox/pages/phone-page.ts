import { shillings } from '../mpesa/shillings.js';
import type { MpesaPush } from '../mpesa/stand-in.js';
import { html, page, type Html } from './html.js';
import type { PhoneMessage } from './phone-messages.js';

/** The PIN that no phone has. */
export const wrongPin = '0000';
const refreshSeconds = 2;

/** Which phones there are: those that were rung or paid to. */
export function phonesPage(phones: { phone: string; rings: boolean }[], alert: string | null): string {
  const body = html`<main class="board">
    <header>
      <h1>Phones</h1>
      <nav><a href="/">What was sent</a> <a href="/phone">Refresh</a></nav>
    </header>
    <section class="card" aria-labelledby="phones">
      <h2 id="phones">Whose phone is it?</h2>
      ${alertLine(alert)} ${phones.length === 0 && html`<p class="soft">No phone has rung yet.</p>`}
      <ol>
        ${phones.map(
          ({ phone, rings }) =>
            html`<li>
              <a class="mono" href="/phone/${phone}">${phone}</a>
              ${rings && html`<span class="badge good">rings</span>`}
            </li>`,
        )}
      </ol>
      <form class="hands line" method="get" action="/phone">
        <label for="number">Another one</label>
        <input id="number" name="number" inputmode="numeric" placeholder="254708374149" />
        <button type="submit">Take it up</button>
      </form>
    </section>
  </main>`;
  return page('Phones', body);
}

interface PhoneView {
  phone: string;
  push: MpesaPush | undefined;
  /** Whom the money goes to. */
  shortcode: string;
  /** Newest first. */
  messages: PhoneMessage[];
  alert: string | null;
}

/** A phone: what rings on it, and what it was told. While nothing rings the page looks again by itself. */
export function phonePage({ phone, push, shortcode, messages, alert }: PhoneView): string {
  const body = html`<main class="status phone" id="phone">
    <h1>${phone}</h1>
    ${alertLine(alert)}
    ${push ? prompt(push, shortcode) : html`<p class="card soft" id="quiet">Nothing rings. This page looks again by itself.</p>`}
    <section class="card" aria-labelledby="messages">
      <h2 id="messages">Messages</h2>
      ${messages.length === 0 && html`<p class="soft">None yet.</p>`}
      <ul class="items">
        ${messages.map(({ text }) => html`<li><span>${text}</span></li>`)}
      </ul>
    </section>
    <p><a href="/phone">Another phone</a> · <a href="/">What was sent</a></p>
  </main>`;
  return page(`Phone ${phone}`, body, push ? undefined : refreshSeconds);
}

function prompt({ checkoutRequestId, amount, accountReference }: MpesaPush, shortcode: string): Html {
  return html`<section class="card" aria-labelledby="question" id="ringing">
    <h2 id="question">Do you want to pay ${shillings(amount)} to ${shortcode}, account no. ${accountReference}?</h2>
    <form method="post">
      <input type="hidden" name="push" value="${checkoutRequestId}" />
      <div class="field">
        <label for="pin">M-PESA PIN</label>
        <input id="pin" name="pin" type="password" inputmode="numeric" maxlength="4" autocomplete="off" autofocus />
      </div>
      <button id="pay" type="submit" name="action" value="pay">Pay</button>
      <p class="soft">Any four digits are right, but ${wrongPin}.</p>
      <button id="cancelPush" type="submit" name="action" value="cancel">Cancel</button>
      <button id="ignore" type="submit" name="action" value="ignore">Let it ring out</button>
    </form>
  </section>`;
}

function alertLine(alert: string | null): Html | false {
  return alert !== null && html`<p class="alert" role="alert">${alert}</p>`;
}
