import { formatAmount } from '../stripe/money.js';
import type { Authenticated } from '../stripe/three-d-secure.js';
import { html, page } from './html.js';

/** The bank's page, on which its customer would prove who they are. Here they only say how it went. */
export function threeDSecurePage(intent: Authenticated): string {
  const what =
    intent.object === 'payment_intent'
      ? `a payment of ${formatAmount(intent.amount, intent.currency)}`
      : 'your card to be saved for later payments';
  return page(
    '3-D Secure',
    html`<main class="status card" id="authentication">
      <h1>Your bank asks</h1>
      <p>Is it you who asks for ${what}?</p>
      <form method="post" class="row">
        <button id="complete" type="submit" name="result" value="complete">Complete</button>
        <button id="fail" type="submit" name="result" value="fail">Fail</button>
      </form>
    </main>`,
  );
}

/** For what waits no longer, or was begun without an address to go back to. */
export function authenticatedPage(): string {
  return page(
    '3-D Secure',
    html`<main class="status card" id="authenticated">
      <h1>Nothing to confirm</h1>
      <p>Your bank is done here; you can close this page.</p>
    </main>`,
  );
}
