import type { FieldErrors, Typed } from './checkout-form.js';
import { field } from './fields.js';
import { html, type Html } from './html.js';

interface CardForm {
  /** On the button. */
  title: string;
  typed: Typed;
  errors: FieldErrors;
  /** Why the card was not charged. */
  decline: string | null;
}

/** Where a buyer types a card. A plain form, so it works without JavaScript. */
export function cardForm({ title, typed, errors, decline }: CardForm): Html {
  return html`${decline !== null && html`<p class="alert" role="alert" id="decline">${decline}</p>`}
    <form method="post" id="checkout" novalidate>
      ${field('email', 'Email', { type: 'email', autocomplete: 'email' }, typed.email, errors.email)}
      ${field(
        'cardNumber',
        'Card number',
        { inputmode: 'numeric', placeholder: '4242 4242 4242 4242' },
        typed.cardNumber,
        errors.cardNumber,
      )}
      <div class="row">
        ${field('cardExpiry', 'Expiry', { placeholder: 'MM / YY' }, typed.cardExpiry, errors.cardExpiry)}
        ${field('cardCvc', 'CVC', { inputmode: 'numeric', placeholder: '123' }, typed.cardCvc, errors.cardCvc)}
      </div>
      <button id="pay" type="submit" name="action" value="pay">${title}</button>
    </form>`;
}
