import { Injectable } from '@nestjs/common';
import { dayOf } from '../../platform/clock/index.js';
import { Database } from '../../platform/database/index.js';
import { InTransaction } from '../../platform/events/index.js';
import { CashTaken } from '../../seats/index.js';
import { ClosedDays } from './closed-days.js';

/** Cash for a seat is a movement of the drawer too, booked by a lower feature: on a closed day it is refused, seat and all. */
@Injectable()
export class GuardCashSeats {
  constructor(
    private readonly database: Database,
    private readonly closedDays: ClosedDays,
  ) {}

  /** @throws CashProblems.dayClosed */
  @InTransaction(CashTaken)
  async check({ seatId, branchId, currency }: CashTaken): Promise<void> {
    const entry = await this.database.client.ledgerEntry.findFirst({
      where: { objectType: 'seat', objectId: seatId, kind: 'seat.paid-cash' },
      select: { effectiveAt: true },
    });
    // A free seat moves nothing.
    if (!entry) return;
    const branch = await this.database.client.branch.findUniqueOrThrow({
      where: { id: branchId },
      select: { timeZone: true },
    });
    await this.closedDays.checkPosted(branchId, currency, dayOf(entry.effectiveAt, branch.timeZone));
  }
}
