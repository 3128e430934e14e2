import { Injectable } from '@nestjs/common';
import type { CourseOnSale } from '../../courses/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, type EnrollmentType, Prisma, type SaleSource } from '../../platform/database/index.js';
import { EventBus } from '../../platform/events/index.js';
import { newId } from '../../platform/ids/index.js';
import { WaitlistChanged } from '../enrollments.events.js';
import type { Standing } from './course-places.js';

interface Pending {
  readonly userId: string;
  readonly course: CourseOnSale;
  readonly type: Extract<EnrollmentType, 'INVITATION_ONLY' | 'WAITLIST'>;
  readonly source: SaleSource;
}

/** Enrollments that are not yet places: who was invited to buy one, and who waits for one. In the caller's transaction. */
@Injectable()
export class KeepPending {
  constructor(
    private readonly database: Database,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /** They may buy a place, as long as there is one. */
  invited(pending: Pending): Promise<void> {
    return this.keep(pending, null);
  }

  /** They are last in the line, or where they were in it. The caller holds the course's lock, so that the line is in order. */
  async waiting(pending: Pending, { courseId, waitingSince }: Standing): Promise<void> {
    await this.keep(pending, this.clock.now());
    // A place that is given up in this moment was not seen, and who gives it up may not see the line either: whoever is later looks again.
    if (!waitingSince) await this.events.publish(new WaitlistChanged(courseId));
  }

  /** What was refunded stays known as long as there is no other place: the refund may fail, and the money then stands for one again. */
  private async keep({ userId, course, type, source }: Pending, waitingSince: Date | null): Promise<void> {
    const now = this.clock.now();
    await this.database.execute(Prisma.sql`
      INSERT INTO enrollments (id, user_id, course_id, status, type, source, payment_status, currency, waiting_since, created_at, updated_at)
      VALUES (${newId('enrollment')}, ${userId}, ${course.id}, 'PENDING', ${type}::enrollment_type, ${source}::enrollment_source,
        ${course.isPremium ? 'PENDING' : 'FREE'}::enrollment_payment_status, ${course.price.currency}, ${waitingSince}, ${now}, ${now})
      ON CONFLICT (user_id, course_id) DO UPDATE SET
        status = 'PENDING', type = excluded.type, source = excluded.source, payment_status = excluded.payment_status,
        payment_session_id = CASE WHEN enrollments.payment_status = 'REFUNDED' THEN enrollments.payment_session_id END,
        waiting_since = coalesce(enrollments.waiting_since, excluded.waiting_since), updated_at = excluded.updated_at
      WHERE enrollments.status IN ('CANCELLED', 'EXPIRED')
        OR enrollments.status = 'PENDING' AND enrollments.offered_until IS NULL AND enrollments.payment_status <> 'PAID'`);
  }
}
