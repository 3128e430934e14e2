/** A licence is to expire in so many days, or fewer: told once for each expiry and number of days. */
export class LicenseExpiring {
  constructor(
    readonly licenseId: string,
    readonly expiresAt: string,
    readonly days: number,
  ) {}
}

/** A seat is offered to an address. */
export class SeatOffered {
  constructor(readonly seatId: string) {}
}
