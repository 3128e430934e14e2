import { Injectable } from '@nestjs/common';
import { SessionCapacityChanged, SessionRescheduled } from '../../classes/index.js';
import { Clock } from '../../platform/clock/index.js';
import { afterCommit, Database, Prisma } from '../../platform/database/index.js';
import { InTransaction } from '../../platform/events/index.js';
import { Sweeps } from '../../platform/jobs/index.js';
import { SeatCancelled } from '../seats.events.js';

export const WAITLIST_SWEEP = 'seats.waitlist';

/** Every path that frees a seat says in its own transaction that it goes to those who wait: from then on nobody else books it. */
@Injectable()
export class QueuePromotion {
  constructor(
    private readonly database: Database,
    private readonly sweeps: Sweeps,
    private readonly clock: Clock,
  ) {}

  /** Somebody may have booked a seat while they waited for one. Their entry is over, so that they do not get back what they give up here. */
  @InTransaction(SeatCancelled)
  async onSeatCancelled({ seatId, sessionId, studentId }: SeatCancelled): Promise<void> {
    await this.database.client.waitlistEntry.updateMany({
      where: { sessionId, studentId, status: 'WAITING' },
      data: { status: 'PROMOTED', seatId, updatedAt: this.clock.now() },
    });
    await this.execute(sessionId);
  }

  @InTransaction(SessionCapacityChanged)
  onCapacityChanged({ sessionId }: SessionCapacityChanged): Promise<void> {
    return this.execute(sessionId);
  }

  /** Somebody who could not come at the old time may be able to at the new one. */
  @InTransaction(SessionRescheduled)
  onRescheduled({ sessionId }: SessionRescheduled): Promise<void> {
    return this.execute(sessionId);
  }

  /**
   * If anybody waits. The caller has locked the session, and so does whoever joins: nobody comes in unseen. Moves `due_at` also while a
   * promotion runs, which then begins again.
   */
  async execute(sessionId: string): Promise<void> {
    const queued = await this.database.execute(Prisma.sql`
      INSERT INTO waitlist_promotions (session_id, due_at)
      SELECT ${sessionId}, ${this.clock.now()}
      WHERE EXISTS (SELECT FROM waitlist_entries WHERE session_id = ${sessionId} AND status = 'WAITING')
      ON CONFLICT (session_id) DO UPDATE SET due_at = excluded.due_at, tries = 0`);
    if (queued > 0) afterCommit(() => this.sweeps.wake(WAITLIST_SWEEP));
  }
}
