import type { PayoutStatus } from '../../platform/database/index.js';

/** A payout waits for a second admin. */
export class PayoutRequested {
  constructor(readonly payoutId: string) {}
}

/** A payout has come to its end, or what was paid has come back. */
export class PayoutSettled {
  constructor(
    readonly payoutId: string,
    readonly payeeId: string,
    readonly status: PayoutStatus,
  ) {}
}
