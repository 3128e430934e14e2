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

/** Money came that fits nothing: booked as unapplied and marked for refund. */
export class PaymentUnapplied {
  constructor(
    readonly paymentId: string,
    readonly sessionId: string,
    readonly userId: string,
    readonly reason: string,
  ) {}
}
