import type Stripe from 'stripe';
import type { Account, Dunning } from '../account.js';
import { onClockOf } from './clocks.js';
import { payInvoiceOf } from './invoicing.js';
import { billWhatIsDue } from './passing-time.js';
import { advance } from './test-clocks.js';

/** What Stripe's dashboard decides about subscriptions, and time. */
export class BillingControls {
  constructor(
    private readonly account: Account,
    settle: () => void,
  ) {
    account.whenPaid = (intent) => onClockOf(account, intent.customer, () => payInvoiceOf(account, intent));
    account.whenPassed = settle;
  }

  /** Does at once what is due by the clocks as they stand. */
  sweep(): void {
    billWhatIsDue(this.account);
  }

  /** Moves a test clock on, and lets happen what happens meanwhile. */
  advance(clockId: string, to: Date): Stripe.TestHelpers.TestClock {
    const clock = this.account.store.testClocks.get(clockId);
    advance(this.account, clock, Math.floor(to.getTime() / 1000));
    return this.account.store.testClocks.get(clockId);
  }

  /** How failed renewals are collected from now on: when it is tried again, and what becomes of a subscription at the end of that. */
  collectBy(dunning: Partial<Dunning>): void {
    Object.assign(this.account.dunning, dunning);
  }
}
