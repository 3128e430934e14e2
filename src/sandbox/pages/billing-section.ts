import type Stripe from 'stripe';
import type { Subscription } from '../stripe/billing/records.js';
import { itemOf, periodOf } from '../stripe/billing/subscription-object.js';
import { idOf } from '../stripe/ids.js';
import { formatAmount } from '../stripe/money.js';
import { html, type Html } from './html.js';
import { button, statusBadge } from './payments-section.js';

export interface SubscriptionView {
  subscription: Subscription;
  product: string;
  /** Those that are not paid, newest first. */
  open: Stripe.Invoice[];
}

export interface BillingView {
  /** Newest first, both. */
  clocks: Stripe.TestHelpers.TestClock[];
  subscriptions: SubscriptionView[];
}

/** How far a button moves a test clock. */
export const steps = ['hour', 'day', 'week', 'month'] as const;

/** Time that can be moved, and what lives in it. */
export function billingSection({ clocks, subscriptions }: BillingView): Html {
  return html`<section class="card" aria-labelledby="test-clocks">
      <h2 id="test-clocks">Test clocks</h2>
      ${clocks.length === 0 && html`<p class="soft">No test clock was made.</p>`}
      <ol>
        ${clocks.map(clockLine)}
      </ol>
    </section>
    <section class="card" aria-labelledby="subscriptions">
      <h2 id="subscriptions">Subscriptions</h2>
      ${subscriptions.length === 0 && html`<p class="soft">Nobody has subscribed yet.</p>`}
      <ol>
        ${subscriptions.map(subscriptionLine)}
      </ol>
    </section>`;
}

function clockLine({ id, name, frozen_time: time }: Stripe.TestHelpers.TestClock): Html {
  return html`<li class="clock" id="${id}">
    <div class="line">
      <strong>${moment(time)}</strong>
      <span class="mono soft">${id}</span>
      ${name !== null && html`<span class="soft">${name}</span>`}
    </div>
    <div class="line hands">
      <form method="post" action="/stripe/test-clocks/${id}/advance">
        ${steps.map(
          (step) =>
            html`<button type="submit" name="by" value="${step}" aria-label="Advance ${id} by a ${step}">
              + 1 ${step}
            </button>`,
        )}
      </form>
      <form method="post" action="/stripe/test-clocks/${id}/advance">
        <input name="to" aria-label="Advance ${id} to" placeholder="2027-05-01 02:00" />
        <button type="submit">Advance</button>
      </form>
    </div>
  </li>`;
}

function subscriptionLine({ subscription, product, open }: SubscriptionView): Html {
  const { id, status, trial_end: trial, cancel_at_period_end: ends, customer, test_clock: clock } = subscription;
  const { price } = itemOf(subscription);
  const every = price.recurring?.interval ?? '';
  const { end } = periodOf(subscription);
  const amount = formatAmount((price.unit_amount ?? 0) * subscription.quantity, price.currency);
  const method = idOf(subscription.default_payment_method);
  return html`<li class="subscription" id="${id}">
    <div class="line">
      <strong>${product}</strong>
      <span>${amount} / ${every}</span>
      <span class="mono soft">${id}</span>
      ${statusBadge(status, ['past_due', 'unpaid', 'canceled', 'incomplete'].includes(status))}
      ${status === 'trialing' && trial !== null && html`<span class="soft">until ${moment(trial)}</span>`}
    </div>
    <div class="line">
      <span class="soft">of <span class="mono">${idOf(customer)}</span></span>
      ${clock !== null && html`<span class="soft">on <span class="mono">${idOf(clock)}</span></span>`}
      ${
        subscription.ended_at === null
          ? html`<span>${ends ? 'Ends' : 'Renews'} ${moment(end)}</span>`
          : html`<span>Ended ${moment(subscription.ended_at)}</span>`
      }
    </div>
    ${open.map(invoiceLine)}
    ${
      method !== '' &&
      subscription.ended_at === null &&
      html`<div class="line hands">
        ${button(`/stripe/subscriptions/${id}/fail-card`, 'Let its card fail', id)}
        ${button(`/stripe/subscriptions/${id}/mend-card`, 'Let its card pay', id)}
      </div>`
    }
  </li>`;
}

function invoiceLine(invoice: Stripe.Invoice): Html {
  const { id, amount_due: due, currency, status, hosted_invoice_url: url, next_payment_attempt: next } = invoice;
  return html`<div class="line">
    <span>Invoice of ${formatAmount(due, currency)}</span>
    <span class="mono soft">${id}</span>
    ${statusBadge(status, status === 'open')} ${next !== null && html`<span class="soft">tried ${moment(next)}</span>`}
    ${url ? html`<a href="${url}">Pay</a>` : null}
  </div>`;
}

function moment(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ');
}
