/** A student has a seat, its money held or paid. Published by the booking's own statement: it has no listeners in the transaction. */
export class SeatBooked {
  constructor(
    readonly seatId: string,
    readonly sessionId: string,
    readonly studentId: string,
  ) {}
}

/** A seat is free again: its student, an admin or the center gave it up. */
export class SeatCancelled {
  constructor(
    readonly seatId: string,
    readonly sessionId: string,
    readonly studentId: string,
    readonly reason: string,
  ) {}
}

export class SeatCheckedIn {
  constructor(
    readonly seatId: string,
    readonly sessionId: string,
    readonly studentId: string,
  ) {}
}

/**
 * Cash for a seat was booked into a branch's drawer, whose account is locked until the transaction ends. For those who listen in it: a throw
 * refuses the cash.
 */
export class CashTaken {
  constructor(
    readonly seatId: string,
    readonly branchId: string,
    readonly currency: string,
  ) {}
}
