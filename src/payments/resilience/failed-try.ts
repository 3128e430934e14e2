import { ProviderFailure } from '../ports/payment-strategy.js';

interface Failing extends ErrorOptions {
  /** The provider is out of reach, or something else answers for it: counts towards opening the circuit. */
  readonly down?: boolean;
  /** The same try may come to more in a moment. */
  readonly again?: boolean;
  /** It certainly was not acted on: it was not sent, or the provider says so. */
  readonly unheard?: boolean;
  /** What the provider asks us to wait, or what we give it. */
  readonly retryAfterSeconds?: number;
}

/** A try that settled nothing: the provider may have acted, and saying no is not among what it said. */
export class FailedTry extends ProviderFailure {
  readonly down: boolean;
  readonly again: boolean;
  readonly unheard: boolean;

  constructor(code: string, { down = false, again = false, unheard = false, ...options }: Failing) {
    super(false, code, options);
    this.down = down;
    this.again = again;
    this.unheard = unheard;
  }
}
