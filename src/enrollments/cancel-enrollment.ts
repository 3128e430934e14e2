import { Injectable } from '@nestjs/common';
import { RevokeAccess } from '../courses/index.js';
import { mayActFor, type Principal } from '../platform/auth/index.js';
import { Clock } from '../platform/clock/index.js';
import { Database, type EnrollmentStatus, Prisma, Transactional } from '../platform/database/index.js';
import { notFound } from '../platform/errors/index.js';
import { EventBus } from '../platform/events/index.js';
import { EnrollmentRevoked, WaitlistChanged } from './enrollments.events.js';

/**
 * Gives a place in a course up, or the waiting for one. Nothing is refunded: that is for an admin to do with its payment. Progress stays.
 */
@Injectable()
export class CancelEnrollment {
  constructor(
    private readonly database: Database,
    private readonly revokeAccess: RevokeAccess,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /** Again is harmless: the conditional update lets one through. @throws not found for somebody else's */
  @Transactional()
  async execute(id: string, principal: Principal): Promise<void> {
    const enrollment = await this.database.client.enrollment.findUnique({
      where: { id },
      select: { userId: true, courseId: true },
    });
    if (!enrollment || !mayActFor(principal, enrollment.userId)) throw notFound('Enrollment');
    const { userId, courseId } = enrollment;
    const before = await this.cancel(id);
    // The next in the line is looked for again when one of it leaves while it is.
    if (before === 'PENDING') await this.events.publish(new WaitlistChanged(courseId));
    if (!before || before === 'PENDING' || before === 'EXPIRED') return;
    await this.revokeAccess.execute('ENROLLMENT', id);
    await this.events.publish(new EnrollmentRevoked(id, userId, courseId));
  }

  /** @returns what it was; undefined when it is cancelled already */
  private async cancel(id: string): Promise<EnrollmentStatus | undefined> {
    const cancelled = await this.database.row<{ status: EnrollmentStatus }>(Prisma.sql`
      WITH before AS (SELECT id, status FROM enrollments WHERE id = ${id} AND status <> 'CANCELLED' FOR UPDATE)
      UPDATE enrollments e SET status = 'CANCELLED', waiting_since = NULL, offered_until = NULL, updated_at = ${this.clock.now()}
      FROM before WHERE e.id = before.id RETURNING before.status`);
    return cancelled?.status;
  }
}
