import type { Account } from './account.js';
import type { ConnectedAccount } from './connected-account-object.js';
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
}
