import { html, type Html } from './html.js';

interface Input {
  type?: string;
  inputmode?: string;
  autocomplete?: string;
  placeholder?: string;
}

/** One field of a form with its label, and what is wrong with what was typed. */
export function field(name: string, label: string, input: Input, value: string, error: string | undefined): Html {
  const { type = 'text', inputmode = 'text', autocomplete = 'off', placeholder = '' } = input;
  return html`<div class="field">
    <label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      type="${type}"
      inputmode="${inputmode}"
      autocomplete="${autocomplete}"
      placeholder="${placeholder}"
      value="${value}"
      required
      ${error !== undefined && html`aria-invalid="true" aria-describedby="${name}-error"`}
    />
    ${error !== undefined && html`<p class="error" id="${name}-error">${error}</p>`}
  </div>`;
}

/** Buttons that fill a test card into the form `checkout`. */
export function testCardSection(cards: readonly { number: string; label: string }[]): Html {
  return html`<section class="card testcards" aria-labelledby="testcards">
    <h2 id="testcards">Test cards</h2>
    <ul>
      ${cards.map(
        ({ number, label }) =>
          html`<li>
            <button type="submit" form="checkout" name="fill" value="${number}">
              <b>${label}</b><span class="mono soft">${number.replace(/(\d{4})(?=\d)/g, '$1 ')}</span>
            </button>
          </li>`,
      )}
    </ul>
  </section>`;
}
