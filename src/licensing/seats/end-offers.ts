import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, inTransaction, Prisma } from '../../platform/database/index.js';
import { dueRows, Sweep } from '../../platform/jobs/index.js';
import { LockSeats } from './lock-seats.js';

const BATCH = 50;
const offers = { name: 'license_seats', dueAt: 'invited_until', waiting: Prisma.sql`status = 'INVITED'` };

/** Ends offers that nobody accepted in time: their seats are free for others. */
@Injectable()
export class EndOffers {
  constructor(
    private readonly lockSeats: LockSeats,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  @Sweep('licensing.offers', 30_000, dueRows(offers))
  async run(): Promise<number> {
    const due = await this.database.rows<{ id: string }>(Prisma.sql`
      SELECT DISTINCT license_id AS id FROM license_seats WHERE ${offers.waiting} AND invited_until <= ${this.clock.now()} LIMIT ${BATCH}`);
    for (const { id } of due) await inTransaction(() => this.lockSeats.execute(id));
    return due.length;
  }
}
