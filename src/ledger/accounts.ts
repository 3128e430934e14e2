import type { PaymentProvider } from '../platform/database/index.js';

/** An account as a posting names it. Unknown ones are opened by the first posting. */
export interface AccountRef {
  readonly code: string;
  /** The user, branch, center or organization whose money it is. */
  readonly ownerId?: string;
  /** Gates decisions: balance and holds are kept in the account's row. */
  readonly strict?: boolean;
  /** balance − held may not go below it, on the account's normal side, in minor units. */
  readonly floor?: 0;
}

/** The chart of accounts. Every account that a posting rule names is made here and nowhere else; the rules are in docs/posting-rules.md. */
export const accounts = {
  /** What a provider owes us: collected, not yet settled to the bank. */
  provider: (provider: PaymentProvider): AccountRef => ({ code: `asset:provider:${provider.toLowerCase()}` }),
  /** An instructor's share of sales whose hold period is not over. */
  earningsPending: (instructorId: string): AccountRef => ({
    code: `liability:earnings-pending:${instructorId}`,
    ownerId: instructorId,
  }),
  /** Money that fits nothing yet; refunded or applied, never dropped. */
  unapplied: (paymentId: string): AccountRef => ({ code: `liability:unapplied:${paymentId}` }),
  revenue: (stream: string): AccountRef => ({ code: `revenue:${stream}` }),
};
