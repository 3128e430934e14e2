import type Stripe from 'stripe';
import type { Account } from './account.js';
import type { ConnectedAccount } from './connected-account-object.js';
import { connectedFunds, withdraw } from './connected-balance.js';
import { reverse } from './reversing.js';
import { deauthorize, onboard, reject, restrict, type DisabledReason, type RejectionReason } from './onboarding.js';

/** What the holders of connected accounts do, and what Stripe does with them. */
export class ConnectControls {
  constructor(private readonly account: Account) {}

  /**
   * The holder has filled in Stripe's form, or given what was missing since. With `verified: false` Stripe still looks at it and the
   * capabilities are pending; calling it again ends that.
   */
  onboard(accountId: string, options: { verified?: boolean } = {}): ConnectedAccount {
    return onboard(this.account, accountId, options);
  }

  /** Stripe stops the account until it is onboarded again. */
  restrict(accountId: string, reason: DisabledReason = 'requirements.past_due'): ConnectedAccount {
    return restrict(this.account, accountId, reason);
  }

  /** Stripe stops the account for good. */
  reject(accountId: string, reason: RejectionReason = 'other'): ConnectedAccount {
    return reject(this.account, accountId, reason);
  }

  /** The holder leaves the platform, which can do nothing with the account from now on. */
  deauthorize(accountId: string): void {
    deauthorize(this.account, accountId);
  }

  /** A reversal made on Stripe's dashboard, of all that is left unless told. Throws Stripe's error when it is refused. */
  reverse(transferId: string, amount?: number): Stripe.TransferReversal {
    return reverse(this.account, this.account.store.transfers.get(transferId), { amount });
  }

  /** What is left at the account of what was transferred there. */
  funds(accountId: string, currency: string): number {
    return connectedFunds(this.account, accountId, currency);
  }

  /** The account has paid out to its holder's bank, all of it unless told: that much cannot be reversed. */
  withdraw(accountId: string, currency: string, amount = this.funds(accountId, currency)): void {
    withdraw(this.account, accountId, currency, amount);
  }
}
