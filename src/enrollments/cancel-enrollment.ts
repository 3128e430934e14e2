import { Injectable } from '@nestjs/common';
import { RevokeAccess } from '../courses/index.js';
import { mayActFor, type Principal } from '../platform/auth/index.js';
import { Clock } from '../platform/clock/index.js';
import { Database, Transactional } from '../platform/database/index.js';
import { notFound } from '../platform/errors/index.js';
import { EventBus } from '../platform/events/index.js';
import { EnrollmentRevoked } from './enrollments.events.js';

/** Gives a place in a course up. Nothing is refunded: that is for an admin to do with its payment. Progress stays. */
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
    const enrollment = await this.database.client.enrollment.findUnique({ where: { id } });
    if (!enrollment || !mayActFor(principal, enrollment.userId)) throw notFound('Enrollment');
    const { count } = await this.database.client.enrollment.updateMany({
      where: { id, status: { not: 'CANCELLED' } },
      data: { status: 'CANCELLED', updatedAt: this.clock.now() },
    });
    if (count === 0) return;
    await this.revokeAccess.execute('ENROLLMENT', id);
    await this.events.publish(new EnrollmentRevoked(id, enrollment.userId, enrollment.courseId));
  }
}
