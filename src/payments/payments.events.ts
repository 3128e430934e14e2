import type { PaymentProvider } from '../platform/database/index.js';

/** What was bought has been given and its money booked. */
export class PaymentCompleted {
  constructor(
    readonly paymentId: string,
    readonly sessionId: string,
    readonly userId: string,
    readonly itemKind: string,
    readonly itemId: string,
  ) {}
}

/** Money came that fits nothing: booked as unapplied and on its way back. */
export class PaymentUnapplied {
  constructor(
    readonly paymentId: string,
    readonly sessionId: string,
    readonly userId: string,
    readonly reason: string,
    /** The refund that gives it back. */
    readonly refundId: string,
  ) {}
}

/** Money was given back. */
export class RefundSettled {
  constructor(
    readonly refundId: string,
    readonly paymentId: string,
    readonly userId: string,
  ) {}
}

/** A refund did not reach the buyer, perhaps after it had seemed to: what it took is booked back. */
export class RefundFailed {
  constructor(
    readonly refundId: string,
    readonly paymentId: string,
    readonly userId: string,
    /** Whether the buyer had heard of it: it had seemed to be done, or was promised. */
    readonly wasTold: boolean,
  ) {}
}

/** A buyer's bank asks about a payment or has taken its money back. */
export class DisputeOpened {
  constructor(
    readonly disputeId: string,
    readonly paymentId: string,
    readonly userId: string,
  ) {}
}

/** A dispute is decided, or its inquiry came to nothing. */
export class DisputeClosed {
  constructor(
    readonly disputeId: string,
    readonly paymentId: string,
    readonly userId: string,
  ) {}
}

/** A provider tells how money stands that was sent to somebody. In the transaction that acts on it. */
export class DisbursementReported {
  constructor(
    readonly disbursementId: string,
    readonly status: 'PENDING' | 'SUCCEEDED' | 'FAILED',
    readonly externalId: string | null,
    readonly reason: string | null,
  ) {}
}

/** A provider tells that something has changed about somebody who may be paid. In the transaction that acts on it. */
export class PayeeReported {
  constructor(
    readonly provider: PaymentProvider,
    readonly externalId: string,
  ) {}
}

/** A provider tells that something has changed about a subscription that it bills. In the transaction that acts on it. */
export class SubscriptionReported {
  constructor(
    readonly provider: PaymentProvider,
    /** The provider's id of it; null as long as its page is not through, or when it never was. */
    readonly externalId: string | null,
    /** Ours, where the provider gives it back; one of the two is there. */
    readonly subscriptionId: string | null,
  ) {}
}
