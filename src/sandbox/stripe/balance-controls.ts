import type Stripe from 'stripe';
import type { Account } from './account.js';
import { makeAvailable } from './balance.js';
import { arrivePayout, failPayout, payOutAll, sendPayout } from './paying-out.js';
import type { PayoutFailure } from './payout-object.js';

/** What time and banks do with the money on the balance. */
export class BalanceControls {
  constructor(
    private readonly account: Account,
    private readonly settle: () => void,
  ) {}

  /** How long the money of later charges stays pending; two days unless told. */
  availableAfter(seconds: number): void {
    this.account.availableAfterSeconds = seconds;
  }

  /** What is pending is available now. */
  makeAvailable(): void {
    this.settle();
    makeAvailable(this.account);
  }

  /** As Stripe's schedule does it: a payout of all that is available, for each currency that has anything. */
  payOut(currency?: string): Stripe.Payout[] {
    return payOutAll(this.account, currency);
  }

  /** A pending payout is on its way; it is known then what an automatic one consists of. */
  sendPayout(payoutId: string): Stripe.Payout {
    return sendPayout(this.account, payoutId);
  }

  /** The payout is at the bank, which it is by itself when its day has come. */
  arrivePayout(payoutId: string): Stripe.Payout {
    return arrivePayout(this.account, payoutId);
  }

  /** The bank sends the payout back, be it on its way or long there. */
  failPayout(payoutId: string, code: PayoutFailure = 'could_not_process'): Stripe.Payout {
    return failPayout(this.account, payoutId, code);
  }
}
