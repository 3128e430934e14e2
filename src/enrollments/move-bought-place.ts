import { Injectable } from '@nestjs/common';
import { GrantAccess, RevokeAccess } from '../courses/index.js';
import type { SoldItem } from '../payments/index.js';
import { Clock } from '../platform/clock/index.js';
import { Database, type EnrollmentStatus, Prisma } from '../platform/database/index.js';
import { EventBus } from '../platform/events/index.js';
import { EnrollmentRestored, EnrollmentRevoked, WaitlistChanged } from './enrollments.events.js';

interface Place {
  id: string;
  userId: string;
  courseId: string;
  before: EnrollmentStatus;
  now: EnrollmentStatus;
}

const { sql } = Prisma;
/** A place in a course with a capacity that was free for others meanwhile. */
const waits = sql`e.status IN ('CANCELLED', 'EXPIRED', 'PENDING') AND e.offered_until IS NULL AND before.capacity IS NOT NULL`;
const opened = sql`CASE WHEN e.progress >= 100 THEN 'COMPLETED' ELSE 'ACTIVE' END`;

/**
 * Moves bought places with their money. Only those that this session bought: one bought again since, or had otherwise, is another's.
 * Progress stays, so that what is given back goes on where it was.
 */
@Injectable()
export class MoveBoughtPlace {
  constructor(
    private readonly database: Database,
    private readonly grantAccess: GrantAccess,
    private readonly revokeAccess: RevokeAccess,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /** Closed while a dispute is open. */
  async suspend(sold: SoldItem): Promise<void> {
    const places = await this.move(sold, sql`status = 'SUSPENDED'`, sql`e.status IN ('ACTIVE', 'COMPLETED')`);
    for (const { id } of places) await this.revokeAccess.execute('ENROLLMENT', id);
  }

  /**
   * Open again: the dispute was won, or the refund failed. A place that others could have had since is the next that is free: whose it was had
   * it before all who wait.
   */
  async restore(sold: SoldItem): Promise<void> {
    const places = await this.move(
      sold,
      sql`payment_status = 'PAID', offered_until = NULL, waiting_since = CASE WHEN ${waits} THEN e.created_at END,
        status = CASE WHEN ${waits} THEN 'PENDING' ELSE ${opened} END::enrollment_status`,
      sql`(e.status = 'SUSPENDED' OR e.payment_status = 'REFUNDED' OR e.status = 'PENDING' AND e.payment_status <> 'PAID')`,
    );
    for (const { id, userId, courseId, before, now } of places) {
      if (now === 'PENDING') {
        await this.events.publish(new WaitlistChanged(courseId));
        continue;
      }
      await this.grantAccess.execute({ userId, courseId, source: 'ENROLLMENT', sourceId: id });
      if (before === 'CANCELLED' || before === 'EXPIRED' || before === 'PENDING')
        await this.events.publish(new EnrollmentRestored(id, userId, courseId));
    }
  }

  /** Taken away, or left open where the course says that a refunded buyer keeps it. */
  async revoke(sold: SoldItem): Promise<void> {
    const places = await this.move(
      sold,
      sql`payment_status = 'REFUNDED', waiting_since = NULL, status = CASE
        WHEN NOT before.keep_access_on_refund OR e.status = 'PENDING' THEN 'CANCELLED'
        WHEN e.status <> 'SUSPENDED' THEN e.status::text ELSE ${opened} END::enrollment_status`,
      // Also one that is kept though refunded, when the dispute that closed it is over.
      sql`(e.payment_status = 'PAID' OR e.status = 'SUSPENDED')`,
    );
    for (const { id, userId, courseId, before, now } of places) {
      if (now !== 'CANCELLED') {
        await this.grantAccess.execute({ userId, courseId, source: 'ENROLLMENT', sourceId: id });
        continue;
      }
      await this.revokeAccess.execute('ENROLLMENT', id);
      // Its owner may have given it up before, or only waited for it again.
      if (before !== 'CANCELLED' && before !== 'PENDING')
        await this.events.publish(new EnrollmentRevoked(id, userId, courseId));
    }
  }

  /** The courses' rows are only kept from being given a capacity meanwhile. In the order of their ids, as whoever takes places. */
  private move({ sessionId }: SoldItem, to: Prisma.Sql, from: Prisma.Sql): Promise<Place[]> {
    return this.database.rows<Place>(sql`
      WITH before AS (
        SELECT e.id, e.status, c.capacity, c.keep_access_on_refund
        FROM enrollments e JOIN courses c ON c.id = e.course_id
        WHERE e.payment_session_id = ${sessionId} ORDER BY e.course_id FOR UPDATE OF e FOR KEY SHARE OF c
      )
      UPDATE enrollments e SET ${to}, updated_at = ${this.clock.now()}
      FROM before
      WHERE e.id = before.id AND ${from}
      RETURNING e.id, e.user_id AS "userId", e.course_id AS "courseId", before.status AS before, e.status AS now`);
  }
}
