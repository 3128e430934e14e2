import type { Merchant } from '../paymob/merchant.js';
import { refundable } from '../paymob/refunding.js';
import type { Transaction } from '../paymob/store.js';
import { html, type Html } from './html.js';
import { button } from './payments-section.js';
import { shownAmount } from './paymob-checkout-page.js';

const shown = 20;

/** What Paymob's own dashboard is for: refunds and voids by hand. And what buyers, kiosks and banks do later. */
export function paymobPaymentsSection(merchant: Merchant): Html {
  const payments = merchant.store.transactions.filter(({ kind }) => kind === 'payment').slice(-shown);
  return html`<section class="card" aria-labelledby="paymob">
    <h2 id="paymob">Paymob payments</h2>
    ${payments.length === 0 && html`<p class="soft">Nobody has paid by Paymob yet.</p>`}
    <ol>
      ${payments.reverse().map((payment) => paymentLine(merchant, payment))}
    </ol>
  </section>`;
}

function paymentLine(merchant: Merchant, payment: Transaction): Html {
  const { id, source, refunded, voided } = payment;
  const { orderId, order } = merchant.store.intentions.get(payment.intention);
  const children = merchant.store.transactions.filter(({ parent }) => parent === id);
  const path = `/paymob/transactions/${id}`;
  return html`<li class="payment" id="paymob-${id}">
    <div class="line">
      <strong>${shownAmount(payment.amount, order.currency)} ${order.currency}</strong>
      <span class="mono soft">${id}, order ${orderId}</span>
      <span class="soft">${source.subType} ${source.pan}</span>
      ${statusBadge(payment)}
      ${refunded !== null && html`<span class="badge">${shownAmount(refunded, order.currency)} refunded</span>`}
      ${voided && html`<span class="badge">voided</span>`}
    </div>
    ${payment.status === 'pending' && endings(payment)}
    ${
      refundable(merchant, payment) > 0 &&
      html`<div class="line hands">
        <form method="post" action="${path}/refund">
          <input name="amount" aria-label="Amount to refund of ${id}" placeholder="all that is left" />
          <button type="submit">Refund</button>
        </form>
        ${button(`${path}/void`, 'Void', id)}
      </div>`
    }
    ${children.map(
      (child) =>
        html`<div class="line">
            <span>${child.kind === 'void' ? 'Void' : 'Refund'} of ${shownAmount(child.amount, order.currency)}</span>
            <span class="mono soft">${child.id}</span>
            ${statusBadge(child)}
          </div>
          ${child.status === 'pending' && endings(child)}`,
    )}
  </li>`;
}

function endings({ id }: Transaction): Html {
  return html`<div class="line hands">
    ${button(`/paymob/transactions/${id}/success`, 'Succeed', id)}
    ${button(`/paymob/transactions/${id}/decline`, 'Decline', id)}
  </div>`;
}

function statusBadge({ status, message }: Transaction): Html {
  const look = { success: 'good', declined: 'bad', pending: '' }[status];
  return html`<span class="badge ${look}">${status === 'declined' ? message : status}</span>`;
}
