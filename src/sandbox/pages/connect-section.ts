import type Stripe from 'stripe';
import type { ConnectedAccount } from '../stripe/connected-account-object.js';
import { idOf } from '../stripe/ids.js';
import { formatAmount } from '../stripe/money.js';
import { isRejected, type DisabledReason } from '../stripe/onboarding.js';
import { html, type Html } from './html.js';
import { button, select, statusBadge } from './payments-section.js';

export interface ConnectView {
  /** Newest first, all of them. */
  accounts: ConnectedAccount[];
  transfers: Stripe.Transfer[];
}

/** Why Stripe stops an account for a while. */
export const restrictions: DisabledReason[] = [
  'requirements.past_due',
  'requirements.pending_verification',
  'under_review',
  'platform_paused',
];

/** What holders of connected accounts do and Stripe thinks of them; and what was sent to them. */
export function connectSection({ accounts, transfers }: ConnectView): Html {
  return html`<section class="card" aria-labelledby="connected-accounts">
      <h2 id="connected-accounts">Connected accounts</h2>
      ${accounts.length === 0 && html`<p class="soft">No account is connected.</p>`}
      <ol>
        ${accounts.map(accountLine)}
      </ol>
    </section>
    <section class="card" aria-labelledby="transfers">
      <h2 id="transfers">Transfers</h2>
      ${transfers.length === 0 && html`<p class="soft">Nothing was transferred yet.</p>`}
      <ol>
        ${transfers.map(transferLine)}
      </ol>
    </section>`;
}

function accountLine(account: ConnectedAccount): Html {
  const { id, email, country, capabilities, requirements } = account;
  const transfers = capabilities.transfers ?? 'not requested';
  const path = `/stripe/accounts/${id}`;
  return html`<li class="account" id="${id}">
    <div class="line">
      <strong>${email ?? 'No address'}</strong>
      <span class="mono soft">${id}</span>
      <span class="soft">${country}</span>
      <span class="badge ${transfers === 'active' ? 'good' : ''}">transfers ${transfers}</span>
      ${requirements.disabled_reason !== null && statusBadge(requirements.disabled_reason, true)}
    </div>
    ${
      !isRejected(account) &&
      html`<div class="line hands">
        ${button(`${path}/onboard`, 'Onboard', id)} ${button(`${path}/check`, 'Check papers', id)}
        <form method="post" action="${path}/restrict">
          ${select('reason', `Reason to restrict ${id}`, restrictions)}
          <button type="submit">Restrict</button>
        </form>
        ${button(`${path}/reject`, 'Reject', id)} ${button(`${path}/deauthorize`, 'Leave the platform', id)}
      </div>`
    }
  </li>`;
}

function transferLine(transfer: Stripe.Transfer): Html {
  const { id, amount, amount_reversed: back, currency, destination, reversed } = transfer;
  return html`<li class="transfer" id="${id}">
    <div class="line">
      <strong>${formatAmount(amount, currency)} ${currency}</strong>
      <span class="mono soft">${id}</span>
      <span class="soft">to <span class="mono">${idOf(destination)}</span></span>
      ${back > 0 && html`<span class="badge">${formatAmount(back, currency)} reversed</span>`}
    </div>
    ${
      !reversed &&
      html`<div class="line hands">
        <form method="post" action="/stripe/transfers/${id}/reverse">
          <input name="amount" aria-label="Amount to reverse of ${id}" placeholder="all that is left" />
          <button type="submit">Reverse</button>
        </form>
      </div>`
    }
  </li>`;
}
