import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma } from '../../platform/database/index.js';
import { type Due, DueRows, leaseOf, Sweep, dueRows } from '../../platform/jobs/index.js';
import { SETTLEMENTS_SWEEP } from './queue-settlement.js';
import { SettleSeat } from './settle-seat.js';

const BATCH = 5;
/** Seats of one session at a time: enough to be quick, few enough to leave connections to others. */
const AT_ONCE = 4;
/** Short, so that a crash is made good within seconds. Whoever is slower than it is not hurt: seats are locked while they are settled. */
const LEASE_SECONDS = 5;
const ROWS = { name: 'session_settlements', dueAt: 'due_at' };

/** Settles the seats of sessions that have moved, each seat in its own transaction; resumable, and repeated until every seat is through. */
@Injectable()
export class SettleSessions {
  private readonly logger = new Logger(SettleSessions.name);

  private readonly settlements: DueRows;

  constructor(
    private readonly database: Database,
    private readonly settleSeat: SettleSeat,
    clock: Clock,
  ) {
    this.settlements = new DueRows(database, clock, {
      ...ROWS,
      key: 'session_id',
      tries: 'tries',
      batch: BATCH,
      again: leaseOf(LEASE_SECONDS),
    });
  }

  @Sweep(SETTLEMENTS_SWEEP, 1_000, dueRows(ROWS))
  async run(): Promise<number> {
    const due = await this.settlements.claim();
    for (const settlement of due) await this.settle(settlement);
    return due.length;
  }

  /** A transition meanwhile moves the settlement's time back, so that what it added is settled as well. */
  private async settle(settlement: Due): Promise<void> {
    const seats = await this.unsettled(settlement.id);
    const failures: unknown[] = [];
    const lane = async (first: number) => {
      for (let index = first; index < seats.length; index += AT_ONCE) {
        const { id } = seats[index]!;
        await this.settleSeat.execute(id).catch((error: unknown) => {
          failures.push(error);
          this.logger.error({ err: error, seat: id }, 'a seat could not be settled; it will be tried again');
        });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, (_, first) => lane(first)));
    await (failures.length === 0
      ? this.settlements.remove(settlement)
      : this.settlements.postpone(settlement, failures[0]));
  }

  /**
   * Seats that are not where their session's state asks for them; see `SettleSeat`. Held MANUAL seats are among them when the session is
   * over: what an admin is just charging looks held until it commits, and `SettleSeat` waits for it.
   */
  private unsettled(sessionId: string): Promise<{ id: string }[]> {
    return this.database.rows<{ id: string }>(Prisma.sql`
      SELECT s.id FROM seats s JOIN class_sessions n ON n.id = s.session_id
      WHERE n.id = ${sessionId} AND CASE n.status
        WHEN 'FINISHED' THEN s.status = 'LOCKED' OR (s.status = 'PAID' AND s.checked_in_at IS NULL)
          OR (s.paid_amount > 0 AND s.delivered_at IS NULL AND s.given_back_at IS NULL)
        WHEN 'CANCELED' THEN s.status <> 'CANCELLED' OR (s.paid_amount > 0 AND s.given_back_at IS NULL)
        WHEN 'MISSED' THEN s.status <> 'CANCELLED' OR (s.paid_amount > 0 AND s.given_back_at IS NULL)
        ELSE (s.status IN ('LOCKED', 'PAID') AND (s.start_time, s.end_time) <> (n.start_time, n.end_time))
          OR (s.status = 'LOCKED' AND n.status <> 'SCHEDULED' AND n.absentee_policy = 'STRICT') END
      ORDER BY s.id`);
  }
}
