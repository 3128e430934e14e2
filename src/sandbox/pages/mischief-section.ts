import { apiTroubles } from '../stripe/api-troubles.js';
import type { InterceptTarget } from '../common/mischief.js';
import type { WebhookDisturbance } from '../common/webhook-disturbance.js';
import { html, type Html } from './html.js';
import { button, select } from './payments-section.js';

export interface MischiefView {
  webhooks: WebhookDisturbance | undefined;
  api: { id: string; name: string; target: InterceptTarget; left: number }[];
}

/** Switches for what goes wrong in life: with webhooks on their way, and with calls to the API. */
export function mischiefSection({ webhooks, api }: MischiefView): Html {
  return html`<section class="card" aria-labelledby="mischief">
    <h2 id="mischief">Mischief</h2>
    <form class="hands line" method="post" action="/stripe/mischief/webhooks">
      <span>Webhooks:</span>
      ${number('duplicate', 'sent', webhooks?.duplicate ?? 1, 'times')}
      ${number('from', 'after', webhooks?.delayMs?.[0] ?? 0, 'to')}
      ${number('to', '', webhooks?.delayMs?.[1] ?? 0, 'ms')}
      ${number('drop', 'lost', Math.round((webhooks?.drop ?? 0) * 100), '%,')}
      ${select('dropped', 'What is lost is', ['retried', 'never retried'], webhooks?.dropped)}
      <label
        ><input type="checkbox" name="shuffle" value="yes" ${webhooks?.shuffle === true && 'checked'} /> shuffled</label
      >
      ${number('seed', 'seed', webhooks?.seed ?? 0, '')}
      <button type="submit">Disturb</button>
    </form>
    ${
      webhooks &&
      html`<div class="line">
        <span class="badge bad">Webhooks are disturbed</span>
        <span class="mono soft">${JSON.stringify(webhooks)}</span>
        ${button('/stripe/mischief/webhooks/calm', 'Calm', 'webhooks')}
      </div>`
    }
    <form class="hands line" method="post" action="/stripe/mischief/api">
      <span>API:</span>
      ${select(
        'trouble',
        'Trouble with the API',
        Object.entries(apiTroubles).map(([key, { label }]) => [key, label]),
      )}
      ${select('times', 'How often', [
        ['1', 'once'],
        ['2', 'twice'],
        ['10', '10 times'],
        ['Infinity', 'until removed'],
      ])}
      ${select('method', 'Method', [['', 'any call'], 'POST', 'GET'])}
      <input name="path" aria-label="Path" placeholder="to any path, or /v1/refunds" />
      ${select('layer', 'Where', [
        ['network', 'on the way'],
        ['endpoint', 'inside Stripe, kept for its key'],
      ])}
      <button type="submit">Break</button>
    </form>
    ${interceptionLines(api, '/stripe/mischief/api')}
  </section>`;
}

/** What waits to go wrong with calls, to be removed. */
export function interceptionLines(api: MischiefView['api'], path: string): Html[] {
  return api.map(
    ({ id, name, target, left }) =>
      html`<div class="line">
        <span class="badge bad">${name}</span>
        <span class="mono soft">${target.method ?? 'any call'} ${String(target.path ?? 'to any path')}</span>
        <span class="soft">${left === Infinity ? 'until removed' : `${left} more`}</span>
        ${button(`${path}/${id}/remove`, 'Remove', name)}
      </div>`,
  );
}

export function number(name: string, before: string, value: number, after: string): Html {
  return html`<label>${before} <input type="number" name="${name}" min="0" value="${value}" /> ${after}</label>`;
}
