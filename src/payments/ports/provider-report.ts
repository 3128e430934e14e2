import type { DisputeStatus, MovementKind, RefundStatus } from '../../platform/database/index.js';
import type { Money } from '../../platform/money/index.js';
import type { KeptMethod } from './method-keeper.js';

/**
 * What a provider says, in one vocabulary for all of them. It came from a signed webhook or from asking; it may come twice, late and
 * out of order.
 */
export type ProviderReport =
  | AttemptReport
  | AskReport
  | RefundReport
  | DisputeReport
  | MovementsReport
  | MethodReport
  | DisbursementReport
  | PayeeReport
  | SubscriptionReport;

/** How one attempt stands. */
export interface AttemptReport {
  readonly kind: 'attempt';
  readonly outcome: 'open' | 'processing' | 'paid' | 'failed' | 'cancelled' | 'expired';
  /** The provider's handle of the attempt. */
  readonly reference?: string;
  /** Our payment's id, as the provider gives it back. */
  readonly paymentId?: string;
  /** The provider's id of the money's movement; always there when paid. */
  readonly transactionId?: string;
  /** What the buyer's own receipt calls it, where that is another. */
  readonly receipt?: string;
  /** What really came; always there when paid. */
  readonly received?: Money;
  readonly redirectUrl?: string | null;
  /** Why it failed, in the provider's code. */
  readonly reason?: string;
  /** Where the buyer is, on the provider's evidence: ISO 3166-1 alpha-2. */
  readonly buyerCountry?: string;
  /** Whatever we make of it, it may still be paid at the provider: to be asked about until that is decided. */
  readonly undecided?: boolean;
}

/** Something was told that proves nothing by itself: the provider is to be asked how the attempt stands. */
export interface AskReport {
  readonly kind: 'ask';
  readonly paymentId: string;
}

/** How one refund stands: asked for by us, or by a person in the provider's dashboard. A success may still fail later. */
export interface RefundReport {
  readonly kind: 'refund';
  readonly status: RefundStatus;
  /** The provider's id of the refund; not there when all that can be seen is that the money went back. */
  readonly providerRefundId?: string;
  /** Ours, as the provider gives it back; not there when it was not asked for by us, or when the provider knows no such thing. */
  readonly refundId?: string;
  /** The provider knows no ids of ours: it may be one that we asked for. */
  readonly mayBeOurs?: boolean;
  /** The movement of money that is given back. */
  readonly transactionId: string;
  readonly amount: Money;
  /** Why it failed, in the provider's code. */
  readonly reason?: string;
}

/** How one dispute stands. */
export interface DisputeReport {
  readonly kind: 'dispute';
  /** The provider's id of the dispute. */
  readonly externalId: string;
  /** The movement of money that is disputed. */
  readonly transactionId: string;
  readonly status: DisputeStatus;
  /** In the currency of the payment. */
  readonly amount: Money;
  /** In the provider's words. */
  readonly reason: string;
  readonly openedAt: Date;
  readonly dueBy: Date | null;
  /** The money was taken from us. An inquiry takes none. */
  readonly withdrawn: boolean;
  /** The money was given back to us. */
  readonly reinstated: boolean;
}

/** The provider's account of a movement of money has changed: what it moved and kept is to be asked again. */
export interface MovementsReport {
  readonly kind: 'movements';
  readonly transactionId: string;
}

/** A way to pay that the provider keeps for somebody was saved, changed or taken away, or a setup has come to its end. */
export type MethodReport =
  | {
      readonly kind: 'method';
      readonly change: 'kept' | 'changed' | 'removed';
      /** The provider's id of whose it is, or was. */
      readonly customer: string;
      readonly method: KeptMethod;
    }
  | {
      readonly kind: 'method';
      readonly change: 'set-up';
      /** Ours, as the provider gives it back. */
      readonly setupId: string;
    };

/** One line of the provider's own account: what it moved, and what it kept for that. */
export interface Movement {
  /** The provider's id of the line. */
  readonly externalId: string;
  readonly kind: MovementKind;
  /** The provider's id of what was moved, by which we know it too: of the payment, the refund, the dispute, the payout. */
  readonly reference: string;
  /** Into our account positive, out of it negative, before the fee; in the currency that the provider settles in. */
  readonly amount: Money;
  readonly fee: Money;
  /** The same in the currency that the buyer paid in. */
  readonly original: Money;
  readonly occurredAt: Date;
}

/** How money stands that was sent to somebody. A success may still come back. */
export interface DisbursementReport {
  readonly kind: 'disbursement';
  /** Ours, as the provider gives it back. */
  readonly disbursementId: string;
  readonly status: 'PENDING' | 'SUCCEEDED' | 'FAILED';
  /** The provider's id of it: a transfer, or the receiver's receipt. */
  readonly externalId?: string;
  /** Why it failed, in the provider's code. */
  readonly reason?: string;
}

/** Something has changed about somebody whom we may pay. What is asked for, as news may come in any order. */
export interface PayeeReport {
  readonly kind: 'payee';
  /** The provider's id of whom. */
  readonly externalId: string;
}

/** Something has changed about a subscription that the provider bills. What is asked for, as news may come in any order. */
export interface SubscriptionReport {
  readonly kind: 'subscription';
  /** The provider's id of it; not there as long as its page is not through, or when it never was. */
  readonly externalId?: string;
  /** Ours, where the provider gives it back. */
  readonly subscriptionId?: string;
}

/** A line of a provider's statement: a movement of its account, and what else helps to tell whose it is. */
export interface StatementLine extends Movement {
  /** The movement of money that was paid, given back or disputed. */
  readonly transactionId?: string;
  /** Our payment's id, or as much of it as the provider gives back. */
  readonly paymentId?: string;
  /** In the provider's words. */
  readonly details: string;
}
