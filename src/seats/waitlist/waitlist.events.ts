/** Somebody who waited has a seat. */
export class WaitlistPromoted {
  constructor(
    readonly entryId: string,
    readonly seatId: string,
    readonly sessionId: string,
    readonly studentId: string,
  ) {}
}

/** A seat was free for somebody who waits, and they could not have it: the next in line was asked. They keep their place. */
export class WaitlistSkipped {
  constructor(
    readonly entryId: string,
    readonly sessionId: string,
    readonly studentId: string,
    /** Why: a problem's code. */
    readonly code: string,
    /** When, so that each time is told once. */
    readonly skippedAt: string,
  ) {}
}
