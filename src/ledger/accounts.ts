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

/** Whose wallet: any person has a STUDENT one; a member of staff has another for their work; a center has its own. */
export const WALLET_OWNER_TYPES = ['STUDENT', 'CENTER', 'STAFF'] as const;
export type WalletOwnerType = (typeof WALLET_OWNER_TYPES)[number];

const walletPrefix: Record<WalletOwnerType, string> = {
  STUDENT: 'liability:wallet:',
  CENTER: 'liability:wallet-center:',
  STAFF: 'liability:wallet-staff:',
};

/** The chart of accounts. Every account that a posting rule names is made here and nowhere else; the rules are in docs/posting-rules.md. */
export const accounts = {
  /** What a provider owes us: collected, not yet settled to the bank. */
  provider: (provider: PaymentProvider): AccountRef => ({ code: `asset:provider:${provider.toLowerCase()}` }),
  /** An owner's money with us, one account per currency. Never below 0. */
  wallet: (ownerId: string, ownerType: WalletOwnerType = 'STUDENT'): AccountRef => ({
    code: `${walletPrefix[ownerType]}${ownerId}`,
    ownerId,
    strict: true,
    floor: 0,
  }),
  /** An instructor's share of sales whose hold period is not over. */
  earningsPending: (instructorId: string): AccountRef => ({
    code: `liability:earnings-pending:${instructorId}`,
    ownerId: instructorId,
  }),
  /** What an instructor has earned and may be paid out. Never below 0. */
  earnings: (instructorId: string): AccountRef => ({
    code: `liability:earnings:${instructorId}`,
    ownerId: instructorId,
    strict: true,
    floor: 0,
  }),
  /** Earnings on their way to instructors: begun, not yet done. */
  payoutsInTransit: { code: 'liability:payouts-in-transit' },
  /** What an owner owes us because their balance could not bear a reversal. Their transfers and payouts stop until it is 0. */
  receivable: (ownerId: string): AccountRef => ({
    code: `asset:receivable:${ownerId}`,
    ownerId,
    strict: true,
  }),
  /** Money on its way back to buyers: asked for, not yet given by the provider. */
  refundsPending: { code: 'liability:refunds-pending' },
  /** Money that a buyer's bank has taken back until a dispute is decided. */
  disputed: { code: 'asset:disputed' },
  /** Money that a provider's statement has and nobody has claimed yet: whose it is, is to be found out. */
  unidentified: (provider: PaymentProvider): AccountRef => ({
    code: `liability:unidentified:${provider.toLowerCase()}`,
  }),
  /** Where a provider's statement and the books differ for good: what the books had too much, less what they had too little. */
  providerDifferences: { code: 'expense:provider-differences' },
  /** What disputes took beyond what was left of their payment. */
  disputeLosses: { code: 'expense:dispute-losses' },
  /** What providers keep of what they collect. */
  providerFees: { code: 'expense:provider-fees' },
  /** What providers keep for disputes, won or lost. */
  disputeFees: { code: 'expense:dispute-fees' },
  /** The other side of money that a provider changes into the currency it settles in. */
  exchange: { code: 'equity:fx' },
  /** Money that fits nothing yet; refunded or applied, never dropped. */
  unapplied: (paymentId: string): AccountRef => ({ code: `liability:unapplied:${paymentId}` }),
  /** What we owe a country's tax office. `other` where the buyer's country is not known. */
  tax: (country: string | null): AccountRef => ({ code: `liability:tax:${country?.toLowerCase() ?? 'other'}` }),
  /** A branch's cash drawer. Never below 0: nobody takes out what is not in it. */
  cash: (branchId: string): AccountRef => ({
    code: `asset:cash:${branchId}`,
    ownerId: branchId,
    strict: true,
    floor: 0,
  }),
  /** Our own account at a bank: where cash is taken to, and change comes from. */
  bank: { code: 'asset:bank' },
  /** Small things that are paid out of a drawer. */
  pettyCash: { code: 'expense:petty-cash' },
  /** What counts of drawers found too little, less what they found too much. */
  cashOverShort: { code: 'expense:cash-over-short' },
  /** What reward tokens cost when they become credit in a wallet. */
  rewards: { code: 'expense:rewards' },
  /** Paid for and not delivered yet, by stream. */
  deferred: (stream: string): AccountRef => ({ code: `liability:deferred:${stream}` }),
  revenue: (stream: string): AccountRef => ({ code: `revenue:${stream}` }),
};

/** Codes of the wallets of one kind begin so. */
export function walletCodesOf(ownerType: WalletOwnerType): string {
  return walletPrefix[ownerType];
}
