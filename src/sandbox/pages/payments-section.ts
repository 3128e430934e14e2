import type Stripe from 'stripe';
import { isClosed } from '../stripe/disputing.js';
import { idOf } from '../stripe/ids.js';
import { formatAmount } from '../stripe/money.js';
import { html, type Html } from './html.js';

/** One charge that was paid, and what became of it. */
export interface PaymentView {
  charge: Stripe.Charge;
  refunds: Stripe.Refund[];
  disputes: Stripe.Dispute[];
}

/** What Stripe's own dashboard is for: refunds by hand. And what the banks do, which nobody can do in life. */
export function paymentsSection(payments: PaymentView[]): Html {
  return html`<section class="card" aria-labelledby="payments">
    <h2 id="payments">Payments</h2>
    ${payments.length === 0 && html`<p class="soft">Nobody has paid yet.</p>`}
    <ol>
      ${payments.map(paymentLine)}
    </ol>
  </section>`;
}

function paymentLine({ charge, refunds, disputes }: PaymentView): Html {
  const intent = idOf(charge.payment_intent);
  const { amount, amount_refunded: refunded, currency } = charge;
  const path = `/stripe/payments/${intent}`;
  return html`<li class="payment" id="${intent}">
    <div class="line">
      <strong>${formatAmount(amount, currency)} ${currency}</strong>
      <span class="mono soft">${intent}</span>
      ${refunded > 0 && html`<span class="badge">${formatAmount(refunded, currency)} refunded</span>`}
      ${charge.disputed && html`<span class="badge bad">disputed</span>`}
    </div>
    ${
      refunded < amount &&
      html`<div class="line hands">
        <form method="post" action="${path}/refund">
          <input name="amount" aria-label="Amount to refund of ${intent}" placeholder="all that is left" />
          ${select('reason', 'Reason for the refund', [['', 'no reason'], 'requested_by_customer', 'duplicate', 'fraudulent'])}
          <button type="submit">Refund</button>
        </form>
        ${
          disputes.every(isClosed) &&
          html`<form method="post" action="${path}/dispute">
            ${select('reason', 'Reason for the dispute', ['fraudulent', 'product_not_received', 'duplicate', 'general'])}
            <button type="submit">Dispute</button>
            <button type="submit" name="inquiry" value="yes">Inquiry</button>
          </form>`
        }
      </div>`
    }
    ${refunds.map(refundLine)} ${disputes.map(disputeLine)}
  </li>`;
}

function refundLine({ id, amount, currency, status }: Stripe.Refund): Html {
  const path = `/stripe/refunds/${id}`;
  return html`<div class="line">
    <span>Refund of ${formatAmount(amount, currency)}</span>
    <span class="mono soft">${id}</span>
    ${statusBadge(status, status === 'failed')} ${status === 'pending' && button(`${path}/finish`, 'Finish', id)}
    ${status !== 'failed' && button(`${path}/fail`, 'Fail', id)}
  </div>`;
}

function disputeLine(dispute: Stripe.Dispute): Html {
  const { id, amount, currency, reason, status } = dispute;
  const path = `/stripe/disputes/${id}`;
  const isInquiry = status.startsWith('warning_');
  return html`<div class="line">
    <span>${isInquiry ? 'Inquiry' : 'Dispute'} over ${formatAmount(amount, currency)}: ${reason}</span>
    <span class="mono soft">${id}</span>
    ${statusBadge(status, status === 'lost')}
    ${!isClosed(dispute) && !isInquiry && [button(`${path}/win`, 'Win', id), button(`${path}/lose`, 'Lose', id)]}
    ${
      !isClosed(dispute) &&
      isInquiry && [button(`${path}/escalate`, 'Escalate', id), button(`${path}/close`, 'Close', id)]
    }
  </div>`;
}

export function statusBadge(status: string | null, bad: boolean): Html {
  return html`<span class="badge ${bad ? 'bad' : ''}">${status}</span>`;
}

export function button(action: string, label: string, about: string): Html {
  return html`<form method="post" action="${action}">
    <button type="submit" aria-label="${label} ${about}">${label}</button>
  </form>`;
}

export function select(
  name: string,
  label: string,
  options: (string | [value: string, shown: string])[],
  chosen?: string,
): Html {
  return html`<select name="${name}" aria-label="${label}">
    ${options.map((option) => {
      const [value, shown] = typeof option === 'string' ? [option, option] : option;
      return html`<option value="${value}" ${value === chosen && 'selected'}>${shown}</option>`;
    })}
  </select>`;
}
