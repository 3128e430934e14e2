import type { CallbackAttempt } from '../common/callbacks.js';
import type { DarajaRequest } from '../mpesa/api.js';
import { shillings } from '../mpesa/shillings.js';
import type { MpesaPush } from '../mpesa/stand-in.js';
import type { Disbursement, Reversal } from '../mpesa/store.js';
import { badge, pretty, timeOf } from './dashboard-page.js';
import { html, type Html } from './html.js';
import { mpesaMischief, type MpesaMischiefView } from './mpesa-mischief.js';
import { button } from './payments-section.js';

/** Each newest first. */
export interface MpesaView {
  pushes: MpesaPush[];
  reversals: Reversal[];
  disbursements: Disbursement[];
  attempts: CallbackAttempt[];
  requests: DarajaRequest[];
  balances: { till: number; utility: number };
  mischief: MpesaMischiefView;
}

/** What phones were asked for, what was given back and paid out, and what the merchant was told of it. */
export function mpesaSection(view: MpesaView): Html {
  const { pushes, reversals, disbursements, attempts, requests, balances, mischief } = view;
  const told = (id: string) => attempts.filter(({ about }) => about === id).reverse();
  const nothing = pushes.length + reversals.length + disbursements.length === 0;
  return html`<section class="card" aria-labelledby="mpesa">
    <div class="line">
      <h2 id="mpesa">M-Pesa</h2>
      <span class="soft">paid in ${shillings(balances.till)}, to pay out ${shillings(balances.utility)}</span>
      <a href="/phone">Phones</a>
    </div>
    ${mpesaMischief(mischief)} ${nothing && html`<p class="soft">No phone was asked for anything yet.</p>`}
    <ol>
      ${pushes.map((push) => pushLine(push, told(push.checkoutRequestId)))}
      ${reversals.map((reversal) => reversalLine(reversal, told(reversal.id)))}
      ${disbursements.map((payout) => payoutLine(payout, told(payout.id)))}
    </ol>
    <details>
      <summary>Calls to Daraja</summary>
      <ol>
        ${requests.map(callLine)}
      </ol>
    </details>
  </section>`;
}

function pushLine(push: MpesaPush, attempts: CallbackAttempt[]): Html {
  const { checkoutRequestId: id, phone, amount, accountReference, status, resultCode, receipt, at } = push;
  return html`<li id="${id}">
    <div class="line">
      <strong>${shillings(amount)}</strong>
      <a class="mono" href="/phone/${phone}">${phone}</a>
      <span>${accountReference}</span>
      ${statusBadge(status, resultCode)} ${receipt !== null && html`<span class="mono">${receipt}</span>`}
      <span class="mono soft">${id}</span>
      <span class="soft">${timeOf(at)}</span>
      ${
        status !== 'ringing' &&
        button(`/mpesa/pushes/${id}/tell`, attempts.length === 0 ? 'Send the callback' : 'Send again', id)
      }
      ${(resultCode === 1037 || resultCode === 1019) && button(`/mpesa/pushes/${id}/pay-late`, 'Paid after all', id)}
      ${receipt !== null && button(`/mpesa/payments/${receipt}/reverse`, 'Reverse', receipt)}
    </div>
    ${attemptLines(attempts)}
  </li>`;
}

function reversalLine({ id, originalReceipt, amount, byHand, ...reversal }: Reversal, told: CallbackAttempt[]): Html {
  return html`<li id="${id}">
    <div class="line">
      <span>Reversal of ${shillings(amount)} of <span class="mono">${originalReceipt}</span></span>
      ${byHand && html`<span class="badge">by hand</span>`} ${outcome({ ...reversal, id }, told)}
    </div>
    ${attemptLines(told)}
  </li>`;
}

function payoutLine({ id, phone, amount, ...payout }: Disbursement, told: CallbackAttempt[]): Html {
  return html`<li id="${id}">
    <div class="line">
      <span>Payout of ${shillings(amount)} to <a class="mono" href="/phone/${phone}">${phone}</a></span>
      <span class="mono soft">${payout.originatorConversationId}</span>
      ${outcome({ ...payout, id }, told)}
    </div>
    ${attemptLines(told)}
  </li>`;
}

function outcome(
  { id, status, resultCode, receipt, at }: Pick<Reversal, 'id' | 'status' | 'resultCode' | 'receipt' | 'at'>,
  told: CallbackAttempt[],
): Html {
  return html`${statusBadge(status, resultCode)} ${receipt !== null && html`<span class="mono">${receipt}</span>`}
    <span class="mono soft">${id}</span>
    <span class="soft">${timeOf(at)}</span>
    ${told.length > 0 && button(`/mpesa/conversations/${id}/tell`, 'Send again', id)}`;
}

function attemptLines(attempts: CallbackAttempt[]): Html | false {
  return (
    attempts.length > 0 &&
    html`<ol class="attempts">
      ${attempts.map(
        ({ at, url, status, error, answer, body }) =>
          html`<li class="attempt">
            <div class="line">
              ${badge(status, error)}
              <span class="mono soft">${url}</span>
              <span class="soft">${timeOf(at)}</span>
            </div>
            ${error !== null && html`<p class="error">${error}</p>`}
            <details>
              <summary>What was sent</summary>
              <pre class="body">${body}</pre>
              ${answer !== '' && html`<pre>${answer}</pre>`}
            </details>
          </li>`,
      )}
    </ol>`
  );
}

function callLine({ id, at, method, path, params, status, answer }: DarajaRequest): Html {
  return html`<li class="request" id="${id}">
    <div class="line">
      ${badge(status, 'no answer')}
      <strong>${method}</strong>
      <span class="mono">${path}</span>
      <span class="soft">${timeOf(at)}</span>
    </div>
    <details>
      <summary>Parameters and answer</summary>
      <pre>${pretty(params)}</pre>
      ${answer !== null && html`<pre>${pretty(answer)}</pre>`}
    </details>
  </li>`;
}

function statusBadge(status: string, resultCode: number | string | null): Html {
  const look = resultCode === 0 ? 'good' : status === 'ringing' ? '' : 'bad';
  const failedBy = resultCode === null || resultCode === 0 ? '' : ` ${resultCode}`;
  return html`<span class="badge ${look}">${status + failedBy}</span>`;
}
