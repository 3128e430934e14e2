import type { PaymentStrategy } from '../ports/payment-strategy.js';

/** Why an attempt came to nothing where it was not the provider that refused it. */
const words: Readonly<Record<string, string>> = {
  cancelled: 'The payment was cancelled',
  expired: 'Nobody paid in time',
  never_started: 'The payment could not be started; try again',
  AMOUNT_MISMATCH: 'Another amount was paid than was asked for; it goes back',
  COURSE_FULL: 'There is no place left; the money goes back',
  ALREADY_ENROLLED: 'This was bought already; the money goes back',
};

/** For the buyer to read; the code itself where nobody has words for it. */
export function failureInWords(code: string, strategy: PaymentStrategy | undefined): string {
  return words[code] ?? strategy?.inWords?.(code) ?? code;
}
