import type { InterceptTarget } from '../common/mischief.js';
import type { WebhookDisturbance } from '../common/webhook-disturbance.js';
import { darajaTroubles } from '../mpesa/api-troubles.js';
import type { ConversationKind, WantedEnd } from '../mpesa/switches.js';
import { html, type Html } from './html.js';
import { button, select } from './payments-section.js';

/** What can happen to callbacks on their way. */
export const callbackTroubles: Readonly<Record<string, { label: string; wanted: WebhookDisturbance }>> = {
  late: { label: '5 to 15 seconds late', wanted: { delayMs: [5_000, 15_000] } },
  twice: { label: 'sent twice', wanted: { duplicate: 2 } },
  shuffled: { label: 'sent twice and shuffled', wanted: { duplicate: 2, shuffle: true } },
  half: { label: 'lost by half', wanted: { drop: 0.5 } },
  never: { label: 'never sent', wanted: { drop: 1 } },
};

export const conversationKinds: Readonly<Record<ConversationKind, string>> = {
  reversal: 'reversal',
  b2c: 'payout',
  status: 'status question',
};

/** How the next of a kind can end. */
export const ends: Readonly<Record<string, { label: string; end: WantedEnd }>> = {
  timeout: { label: 'a timeout, though the work was done', end: { endsIn: 'timeout' } },
  timeoutUndone: { label: 'a timeout, and nothing done', end: { endsIn: 'timeout', done: false } },
  silence: { label: 'silence, though the work was done', end: { endsIn: 'silence' } },
  silenceUndone: { label: 'silence, and nothing done', end: { endsIn: 'silence', done: false } },
  insufficient: { label: '1, not enough money', end: { endsIn: 1 } },
  initiator: { label: '2001, the initiator is wrong', end: { endsIn: 2001 } },
  operator: { label: 'SFC_IC0003, a code that is text', end: { endsIn: 'SFC_IC0003' } },
};

export interface MpesaMischiefView {
  callbacks: WebhookDisturbance | undefined;
  api: { id: string; name: string; target: InterceptTarget; left: number }[];
  pendingShape: string;
  credentialLocked: boolean;
  waiting: { kind: ConversationKind; ends: readonly WantedEnd[] }[];
}

/** Switches for what goes wrong in life. */
export function mpesaMischief({ callbacks, api, pendingShape, credentialLocked, waiting }: MpesaMischiefView): Html {
  return html`<div id="mpesa-mischief">
    <form class="hands line" method="post" action="/mpesa/mischief/callbacks">
      <span>Callbacks are</span>
      ${select('trouble', 'Trouble with callbacks', labels(callbackTroubles))}
      <button type="submit">Disturb</button>
    </form>
    ${callbacks && active('Callbacks are disturbed', JSON.stringify(callbacks), '/mpesa/mischief/callbacks/calm', 'Calm')}
    <form class="hands line" method="post" action="/mpesa/mischief/api">
      <span>Daraja answers</span>
      ${select('trouble', 'Trouble with Daraja', labels(darajaTroubles))}
      ${select('times', 'How often', [
        ['1', 'once'],
        ['2', 'twice'],
        ['10', '10 times'],
        ['Infinity', 'until removed'],
      ])}
      <input name="path" aria-label="Path at Daraja" placeholder="at any path, or /daraja/…" />
      <button type="submit">Break</button>
    </form>
    ${api.map(({ id, name, target, left }) => {
      const where = `${String(target.path ?? 'at any path')}, ${left === Infinity ? 'until removed' : `${left} more`}`;
      return active(name, where, `/mpesa/mischief/api/${id}/remove`, 'Remove');
    })}
    <form class="hands line" method="post" action="/mpesa/mischief/next">
      <span>The next</span>
      ${select('kind', 'What ends so', Object.entries(conversationKinds))}
      <span>ends in</span>
      ${select('end', 'How it ends', labels(ends))}
      <button type="submit">So be it</button>
    </form>
    ${waiting.flatMap(({ kind, ends: wanted }) =>
      wanted.map(
        (end) =>
          html`<div class="line">
            <span class="badge bad">The next ${conversationKinds[kind]}</span>
            <span class="mono soft">${JSON.stringify(end)}</span>
          </div>`,
      ),
    )}
    <form class="hands line" method="post" action="/mpesa/mischief/pending">
      <span>While a phone rings, queries are answered by</span>
      ${select('shape', 'What is pending', pendingShapes, pendingShape)}
      <button type="submit">Answer so</button>
    </form>
    <form class="hands line" method="post" action="/mpesa/mischief/credential">
      <span>The initiator's credential is ${credentialLocked ? 'locked (8006)' : 'good'}</span>
      <button type="submit" name="locked" value="${credentialLocked ? 'no' : 'yes'}">
        ${credentialLocked ? 'Unlock' : 'Lock'}
      </button>
    </form>
  </div>`;
}

const pendingShapes: [string, string][] = [
  ['500', 'a 500'],
  ['4999', 'ResultCode 4999'],
];

function labels(choices: Readonly<Record<string, { label: string }>>): [string, string][] {
  return Object.entries(choices).map(([key, { label }]) => [key, label]);
}

function active(what: string, how: string, action: string, label: string): Html {
  return html`<div class="line">
    <span class="badge bad">${what}</span>
    <span class="mono soft">${how}</span>
    ${button(action, label, what)}
  </div>`;
}
