import type { Callback } from '../common/callbacks.js';
import { noHabits, type PaymobHabits } from './habits.js';
import type { PaymobKeys } from './keys.js';
import type { PaymobStore } from './store.js';

/** The Paymob account that the stand-in plays: its orders, its clock, and what it tells the merchant's server. */
export class Merchant {
  /** Where the stand-in is reached, `/paymob` included; known once it listens. */
  baseUrl = '';
  habits: PaymobHabits = { ...noHabits };
  /** Called with every callback. */
  publish: (callback: Callback) => void = () => undefined;
  /** Whose transactions they are: in life two numbers of the same account. */
  readonly profileId = 164_301;
  readonly ownerId = 302_871;

  constructor(
    readonly store: PaymobStore,
    readonly keys: PaymobKeys,
    private readonly clock: () => Date,
  ) {}

  now(): string {
    return this.clock().toISOString();
  }

  /** ISO 8601, so many seconds from now. */
  in(seconds: number): string {
    return new Date(this.clock().getTime() + seconds * 1000).toISOString();
  }
}
