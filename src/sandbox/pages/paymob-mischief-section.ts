import { paymobTroubles } from '../paymob/api-troubles.js';
import type { PaymobHabits } from '../paymob/habits.js';
import type { PaymobStandIn } from '../paymob/stand-in.js';
import { html, type Html } from './html.js';
import { interceptionLines, number } from './mischief-section.js';
import { button, select } from './payments-section.js';

export const habitLabels: Readonly<Record<keyof PaymobHabits, string>> = {
  pendingFirst: 'payments are pending first',
  slowRefunds: 'refunds are pending until finished',
  payableTwice: 'a paid order can be paid again',
  booleansAsText: 'booleans are read as text',
  wrapped: 'transactions are read wrapped',
};

/** Switches for what goes wrong with callbacks and calls, and for what Paymob does at some times and not at others. */
export function paymobMischiefSection(paymob: PaymobStandIn): Html {
  const disturbed = paymob.callbacks.disturbedBy();
  return html`<section class="card" aria-labelledby="paymob-mischief">
    <h2 id="paymob-mischief">Paymob mischief</h2>
    <form class="hands line" method="post" action="/paymob/mischief/callbacks">
      <span>Callbacks:</span>
      ${number('duplicate', 'sent', disturbed?.duplicate ?? 1, 'times')}
      ${number('from', 'after', disturbed?.delayMs?.[0] ?? 0, 'to')}
      ${number('to', '', disturbed?.delayMs?.[1] ?? 0, 'ms')}
      ${number('drop', 'lost', Math.round((disturbed?.drop ?? 0) * 100), '%')}
      <label
        ><input type="checkbox" name="shuffle" value="yes" ${disturbed?.shuffle === true && 'checked'} />
        shuffled</label
      >
      ${number('seed', 'seed', disturbed?.seed ?? 0, '')}
      <button type="submit">Disturb</button>
    </form>
    ${
      disturbed &&
      html`<div class="line">
        <span class="badge bad">Callbacks are disturbed</span>
        <span class="mono soft">${JSON.stringify(disturbed)}</span>
        ${button('/paymob/mischief/callbacks/calm', 'Calm', 'callbacks of Paymob')}
      </div>`
    }
    <form class="hands line" method="post" action="/paymob/mischief/api">
      <span>API:</span>
      ${select(
        'trouble',
        'Trouble with the API of Paymob',
        Object.entries(paymobTroubles).map(([key, { label }]) => [key, label]),
      )}
      ${select('times', 'How often', [
        ['1', 'once'],
        ['2', 'twice'],
        ['10', '10 times'],
        ['Infinity', 'until removed'],
      ])}
      <input name="path" aria-label="Path" placeholder="to any path, or /paymob/v1/intention/" />
      <button type="submit">Break</button>
    </form>
    ${interceptionLines(paymob.interceptions(), '/paymob/mischief/api')} ${habitsForm(paymob.habits())}
  </section>`;
}

function habitsForm(habits: PaymobHabits): Html {
  return html`<form class="hands line" method="post" action="/paymob/mischief/habits">
    <span>Habits:</span>
    ${habitNames.map(
      (name) =>
        html`<label
          ><input type="checkbox" name="${name}" value="yes" ${habits[name] && 'checked'} /> ${habitLabels[name]}</label
        >`,
    )}
    <button type="submit">Keep</button>
  </form>`;
}

export const habitNames = Object.keys(habitLabels) as (keyof PaymobHabits)[];
