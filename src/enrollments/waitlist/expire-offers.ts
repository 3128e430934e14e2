import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma, Transactional } from '../../platform/database/index.js';
import { EventBus } from '../../platform/events/index.js';
import { dueRows, Sweep } from '../../platform/jobs/index.js';
import { WaitlistChanged } from '../enrollments.events.js';

const BATCH = 50;

/** Takes back places that were kept for somebody and not bought in time: they go to the next. Who was invited may still buy another. */
@Injectable()
export class ExpireOffers {
  constructor(
    private readonly database: Database,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  @Sweep('enrollments.offers', 5_000, dueRows({ name: 'enrollments', dueAt: 'offered_until' }))
  async run(): Promise<number> {
    const due = await this.database.row(
      Prisma.sql`SELECT 1 FROM enrollments WHERE offered_until <= ${this.clock.now()} LIMIT 1`,
    );
    return due ? this.expire() : 0;
  }

  /** Contends on the offers' rows with who buys: what is being bought in this moment is left for the next time. */
  @Transactional()
  private async expire(): Promise<number> {
    const now = this.clock.now();
    const expired = await this.database.rows<{ courseId: string }>(Prisma.sql`
      UPDATE enrollments SET status = CASE type WHEN 'INVITATION_ONLY' THEN 'PENDING' ELSE 'EXPIRED' END::enrollment_status,
        offered_until = NULL, updated_at = ${now}
      WHERE id IN (
        SELECT id FROM enrollments WHERE offered_until <= ${now} ORDER BY offered_until LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)
      RETURNING course_id AS "courseId"`);
    for (const courseId of new Set(expired.map((offer) => offer.courseId)))
      await this.events.publish(new WaitlistChanged(courseId));
    return expired.length;
  }
}
