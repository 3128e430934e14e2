import { Injectable } from '@nestjs/common';
import { CheckInOpened, SessionCanceled, SessionMissed } from '../../classes/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma } from '../../platform/database/index.js';
import { InTransaction } from '../../platform/events/index.js';

const BATCH = 500;

/**
 * Ends the waiting of those who have nothing left to wait for: the cancellation window has begun, the session no longer takes bookings, or
 * they have a seat, which they booked themselves.
 */
@Injectable()
export class EndWaiting {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  @InTransaction(CheckInOpened)
  async onCheckInOpened({ sessionId }: CheckInOpened): Promise<void> {
    await this.ofSession(sessionId);
  }

  @InTransaction(SessionCanceled)
  async onCanceled({ sessionId }: SessionCanceled): Promise<void> {
    await this.ofSession(sessionId);
  }

  @InTransaction(SessionMissed)
  async onMissed({ sessionId }: SessionMissed): Promise<void> {
    await this.ofSession(sessionId);
  }

  async ofSession(sessionId: string): Promise<void> {
    await this.end(Prisma.sql`AND e.session_id = ${sessionId} ORDER BY e.id FOR UPDATE OF e`);
  }

  /** Of any session, some of them; answers how many. What others work on is left for the next time. */
  execute(): Promise<number> {
    return this.end(Prisma.sql`ORDER BY e.id LIMIT ${BATCH} FOR UPDATE OF e SKIP LOCKED`);
  }

  /** Contends on the entries' rows with who leaves and who is promoted: it takes only those that still wait once it has them. */
  private end(which: Prisma.Sql): Promise<number> {
    const now = this.clock.now();
    return this.database.execute(Prisma.sql`
      UPDATE waitlist_entries w SET status = CASE WHEN over.seat_id IS NULL THEN 'CLOSED' ELSE 'PROMOTED' END::waitlist_status,
        seat_id = over.seat_id, updated_at = ${now}
      FROM (
        SELECT e.id, s.id AS seat_id
        FROM waitlist_entries e JOIN class_sessions n ON n.id = e.session_id
          LEFT JOIN seats s ON s.session_id = e.session_id AND s.student_id = e.student_id AND s.status IN ('LOCKED', 'PAID')
        WHERE e.status = 'WAITING'
          AND (s.id IS NOT NULL OR n.status <> 'SCHEDULED' OR n.cancel_until < ${now} OR n.start_time <= ${now})
          ${which}
      ) over
      WHERE w.id = over.id`);
  }
}
