import { Injectable } from '@nestjs/common';
import { GrantAccess, RevokeAccess } from '../courses/index.js';
import type { SoldItem } from '../payments/index.js';
import { Clock } from '../platform/clock/index.js';
import { Database, type EnrollmentStatus, Prisma } from '../platform/database/index.js';
import { EventBus } from '../platform/events/index.js';
import { EnrollmentRestored, EnrollmentRevoked } from './enrollments.events.js';

interface Place {
  id: string;
  userId: string;
  courseId: string;
  status: EnrollmentStatus;
}

/**
 * Moves a bought place with its money. Only the place that this session bought: one bought again since, or had otherwise, is another's.
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
    const place = await this.move(
      sold,
      Prisma.sql`status = 'SUSPENDED'`,
      Prisma.sql`e.status IN ('ACTIVE', 'COMPLETED')`,
    );
    if (place) await this.revokeAccess.execute('ENROLLMENT', place.id);
  }

  /** Open again: the dispute was won, or the refund failed. */
  async restore(sold: SoldItem): Promise<void> {
    const place = await this.move(
      sold,
      Prisma.sql`status = CASE WHEN e.progress >= 100 THEN 'COMPLETED' ELSE 'ACTIVE' END::enrollment_status, payment_status = 'PAID'`,
      Prisma.sql`(e.status = 'SUSPENDED' OR e.payment_status = 'REFUNDED')`,
    );
    if (!place) return;
    const { id, userId, courseId } = place;
    await this.grantAccess.execute({ userId, courseId, source: 'ENROLLMENT', sourceId: id });
    if (place.status === 'CANCELLED') await this.events.publish(new EnrollmentRestored(id, userId, courseId));
  }

  /** Taken away, or left open where the course says that a refunded buyer keeps it. */
  async revoke(sold: SoldItem): Promise<void> {
    const place = await this.move(
      sold,
      Prisma.sql`payment_status = 'REFUNDED', status = CASE
        WHEN NOT c.keep_access_on_refund THEN 'CANCELLED' WHEN e.status <> 'SUSPENDED' THEN e.status
        WHEN e.progress >= 100 THEN 'COMPLETED' ELSE 'ACTIVE' END::enrollment_status`,
      // Also one that is kept though refunded, when the dispute that closed it is over.
      Prisma.sql`(e.payment_status = 'PAID' OR e.status = 'SUSPENDED')`,
    );
    if (!place) return;
    const { id, userId, courseId } = place;
    const now = await this.database.client.enrollment.findUniqueOrThrow({ where: { id }, select: { status: true } });
    if (now.status !== 'CANCELLED') {
      await this.grantAccess.execute({ userId, courseId, source: 'ENROLLMENT', sourceId: id });
      return;
    }
    await this.revokeAccess.execute('ENROLLMENT', id);
    // Its owner may have given it up before.
    if (place.status !== 'CANCELLED') await this.events.publish(new EnrollmentRevoked(id, userId, courseId));
  }

  /** @returns the place as it was before */
  private move({ sessionId }: SoldItem, to: Prisma.Sql, from: Prisma.Sql): Promise<Place | undefined> {
    return this.database.row<Place>(Prisma.sql`
      WITH before AS (
        SELECT id, status FROM enrollments WHERE payment_session_id = ${sessionId} FOR UPDATE
      )
      UPDATE enrollments e SET ${to}, updated_at = ${this.clock.now()}
      FROM courses c, before
      WHERE e.id = before.id AND c.id = e.course_id AND ${from}
      RETURNING e.id, e.user_id AS "userId", e.course_id AS "courseId", before.status`);
  }
}
