import type Stripe from 'stripe';
import { formatAmount } from '../stripe/money.js';
import { failures } from '../stripe/payout-object.js';
import { html, type Html } from './html.js';
import { button, select, statusBadge } from './payments-section.js';

export interface BalanceView {
  funds: [currency: string, funds: { available: number; pending: number }][];
  /** Newest first. */
  payouts: Stripe.Payout[];
}

/** What is on the balance, and how it gets to the bank. */
export function balanceSection({ funds, payouts }: BalanceView): Html {
  return html`<section class="card" aria-labelledby="balance">
    <h2 id="balance">Balance and payouts</h2>
    ${funds.length === 0 && html`<p class="soft">Nothing is on the balance.</p>`}
    ${funds.map(
      ([currency, { available, pending }]) =>
        html`<div class="line">
          <strong>${formatAmount(available, currency)} ${currency} available</strong>
          <span class="soft">${formatAmount(pending, currency)} pending</span>
        </div>`,
    )}
    ${
      funds.length > 0 &&
      html`<div class="line hands">
        ${button('/stripe/balance/available', 'Make all available', 'on the balance')}
        ${button('/stripe/balance/pay-out', 'Pay out', 'all that is available')}
      </div>`
    }
    <ol>
      ${payouts.map(payoutLine)}
    </ol>
  </section>`;
}

function payoutLine({
  id,
  amount,
  automatic,
  currency,
  status,
  arrival_date: day,
  failure_code: why,
}: Stripe.Payout): Html {
  const path = `/stripe/payouts/${id}`;
  return html`<li class="payout" id="${id}">
    <div class="line">
      <strong>${formatAmount(amount, currency)} ${currency}</strong>
      <span class="mono soft">${id}</span>
      <span class="soft"
        >${automatic ? 'automatic' : 'by hand'}, due ${new Date(day * 1000).toISOString().slice(0, 10)}</span
      >
      ${statusBadge(status, status === 'failed')} ${why !== null && html`<span class="soft">${why}</span>`}
    </div>
    ${
      status !== 'failed' &&
      status !== 'canceled' &&
      html`<div class="line hands">
        ${status === 'pending' && button(`${path}/send`, 'Send', id)}
        ${status !== 'paid' && button(`${path}/arrive`, 'Arrive', id)}
        <form method="post" action="${path}/fail">
          ${select('code', `Why ${id} fails`, Object.keys(failures))}
          <button type="submit">Fail</button>
        </form>
      </div>`
    }
  </li>`;
}
