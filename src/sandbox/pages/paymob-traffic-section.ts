import type { CallbackAttempt } from '../common/callbacks.js';
import type { PaymobRequest } from '../paymob/api.js';
import type { PaymobStandIn } from '../paymob/stand-in.js';
import { badge, timeOf } from './dashboard-page.js';
import { html, type Html } from './html.js';
import { button } from './payments-section.js';

const shown = 50;

/** What was told, and what came in over the API. */
export function paymobTrafficSections(paymob: PaymobStandIn): Html {
  const attempts = paymob.callbacks.attempts().slice(-shown).reverse();
  const requests = paymob.requests().slice(-shown).reverse();
  return html`<section class="card" aria-labelledby="paymob-callbacks">
      <h2 id="paymob-callbacks">Paymob callbacks</h2>
      ${attempts.length === 0 && html`<p class="soft">Nothing was told yet.</p>`}
      <ol>
        ${attempts.map(attemptLine)}
      </ol>
    </section>
    <section class="card" aria-labelledby="paymob-requests">
      <h2 id="paymob-requests">Paymob API calls</h2>
      ${requests.length === 0 && html`<p class="soft">No call has come in yet.</p>`}
      <ol>
        ${requests.map(requestLine)}
      </ol>
    </section>`;
}

function attemptLine({ about, at, url, status, error, answer, body }: CallbackAttempt): Html {
  return html`<li class="attempt">
    <div class="line">
      ${badge(status, error)}
      <strong>Transaction ${about}</strong>
      <span class="mono soft">${url.replace(/hmac=.*/, 'hmac=…')}</span>
      <span class="soft">${timeOf(at)}</span>
      ${button(`/paymob/callbacks/${about}/redeliver`, 'Send again', about)}
    </div>
    ${error !== null && html`<p class="error">${error}</p>`}
    <details>
      <summary>What was sent</summary>
      <pre>${url}</pre>
      <pre class="body">${pretty(JSON.parse(body))}</pre>
      ${
        answer !== '' &&
        html`<p>Answer</p>
          <pre>${answer}</pre>`
      }
    </details>
  </li>`;
}

function requestLine({ at, method, path, status, body, answer }: PaymobRequest): Html {
  return html`<li class="request">
    <div class="line">
      ${badge(status, 'no answer')}
      <strong>${method}</strong>
      <span class="mono">${path}</span>
      <span class="soft">${timeOf(at)}</span>
    </div>
    <details>
      <summary>Body and answer</summary>
      <pre>${pretty(body)}</pre>
      ${answer !== null && html`<pre>${pretty(answer)}</pre>`}
    </details>
  </li>`;
}

function pretty(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
