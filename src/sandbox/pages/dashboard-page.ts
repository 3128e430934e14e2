import type Stripe from 'stripe';
import type { DeliveryAttempt } from '../stripe/deliveries.js';
import type { ApiRequest } from '../stripe/api-request.js';
import { html, page, type Html } from './html.js';
import { mischiefSection, type MischiefView } from './mischief-section.js';
import { paymentsSection, type PaymentView } from './payments-section.js';

interface DashboardView {
  /** Why what was asked for could not be done. */
  alert: string | null;
  /** Newest first. */
  requests: ApiRequest[];
  /** Newest first. */
  events: Stripe.Event[];
  attempts: DeliveryAttempt[];
  /** Newest first. */
  payments: PaymentView[];
  /** Subscriptions, the balance and the connected accounts. */
  money: Html[];
  mischief: MischiefView;
  /** Of the other stand-ins. */
  others: Html[];
}

/** What came in over the API, what went out as webhooks, and how each attempt ended. */
export function dashboardPage({
  alert,
  requests,
  events,
  attempts,
  payments,
  money,
  mischief,
  others,
}: DashboardView): string {
  const body = html`<main class="board">
    <header>
      <h1>Sandbox</h1>
      <nav><a href="/mail">Mailbox</a> <a href="/phone">Phones</a> <a href="/">Refresh</a></nav>
    </header>
    ${alert !== null && html`<p class="alert" role="alert">${alert}</p>`} ${paymentsSection(payments)} ${money}
    ${mischiefSection(mischief)}
    <section class="card" aria-labelledby="webhooks">
      <h2 id="webhooks">Webhook events</h2>
      ${events.length === 0 && html`<p class="soft">Nothing has happened yet.</p>`}
      <ol>
        ${events.map((event) =>
          eventLine(
            event,
            attempts.filter(({ eventId }) => eventId === event.id),
          ),
        )}
      </ol>
    </section>
    <section class="card" aria-labelledby="requests">
      <h2 id="requests">API calls</h2>
      ${requests.length === 0 && html`<p class="soft">No call has come in yet.</p>`}
      <ol>
        ${requests.map(requestLine)}
      </ol>
    </section>
    ${others}
  </main>`;
  return page('Sandbox', body);
}

function eventLine(event: Stripe.Event, attempts: DeliveryAttempt[]): Html {
  return html`<li class="event" id="${event.id}">
    <div class="line">
      <strong>${event.type}</strong>
      <span class="mono soft">${event.id}</span>
      <span class="soft">${timeOf(new Date(event.created * 1000))}</span>
      ${event.pending_webhooks > 0 && html`<span class="badge">${event.pending_webhooks} pending</span>`}
      <form method="post" action="/stripe/events/${event.id}/redeliver">
        <button type="submit" aria-label="Send ${event.type} ${event.id} again">Send again</button>
      </form>
    </div>
    ${
      attempts.length === 0
        ? html`<details>
            <summary>Event (not sent)</summary>
            <pre>${pretty(event)}</pre>
          </details>`
        : html`<ol class="attempts">
            ${attempts.map(attemptLine)}
          </ol>`
    }
  </li>`;
}

function attemptLine({ attempt, at, url, status, error, answer, milliseconds, headers, body }: DeliveryAttempt): Html {
  return html`<li class="attempt">
    <div class="line">
      ${badge(status, error)}
      <span>${attempt === 0 ? 'Sent again' : `Attempt ${attempt}`}</span>
      <span class="mono soft">${url}</span>
      <span class="soft">${timeOf(at)}, ${milliseconds} ms</span>
    </div>
    ${error !== null && html`<p class="error">${error}</p>`}
    <details>
      <summary>What was sent</summary>
      <pre>${Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`)}</pre>
      <pre class="body">${body.toString('utf8')}</pre>
      ${
        answer !== '' &&
        html`<p>Answer</p>
          <pre>${answer}</pre>`
      }
    </details>
  </li>`;
}

function requestLine({ id, at, method, path, params, status, replayed, idempotencyKey, answer }: ApiRequest): Html {
  return html`<li class="request" id="${id}">
    <div class="line">
      ${badge(status, 'no answer')}
      <strong>${method}</strong>
      <span class="mono">${path}</span>
      <span class="soft">${timeOf(at)}</span>
      ${replayed && html`<span class="badge">replayed</span>`}
      ${idempotencyKey !== null && html`<span class="mono soft">key ${idempotencyKey}</span>`}
    </div>
    <details>
      <summary>Parameters and answer</summary>
      <pre>${pretty(params)}</pre>
      ${answer !== null && html`<pre>${pretty(answer)}</pre>`}
    </details>
  </li>`;
}

export function badge(status: number | null, otherwise: string | null): Html {
  const good = status !== null && status >= 200 && status < 300;
  return html`<span class="badge ${good ? 'good' : 'bad'}">${status ?? (otherwise === null ? '…' : 'failed')}</span>`;
}

export function timeOf(date: Date): string {
  return date.toISOString().slice(0, 19).replace('T', ' ');
}

export function pretty(value: object): string {
  return JSON.stringify(value, null, 2);
}
