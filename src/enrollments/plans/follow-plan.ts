import { Injectable } from '@nestjs/common';
import { GrantAccess, RevokeAccess } from '../../courses/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma, Transactional } from '../../platform/database/index.js';
import { EventBus } from '../../platform/events/index.js';
import { EnrollmentRestored, EnrollmentRevoked, WaitlistChanged } from '../enrollments.events.js';
import { CoursePlaces, hasRoom } from '../waitlist/course-places.js';
import { includes, PlanCourses } from './plan-courses.js';

interface PlanPlace {
  id: string;
  courseId: string;
  isHeld: boolean;
}

/**
 * Brings the places that somebody has by plan to where their plan is: what it no longer has is lost, and what it has again is given back.
 * Progress stays. Places that were bought, or given up by their owner, are left alone.
 */
@Injectable()
export class FollowPlan {
  constructor(
    private readonly planCourses: PlanCourses,
    private readonly places: CoursePlaces,
    private readonly grantAccess: GrantAccess,
    private readonly revokeAccess: RevokeAccess,
    private readonly database: Database,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /** Once what somebody's plan gives has changed, in that transaction. Again is harmless. */
  @Transactional()
  async execute(userId: string): Promise<void> {
    const included = await this.planCourses.of(userId);
    const places = await this.database.rows<PlanPlace>(Prisma.sql`
      SELECT id, course_id AS "courseId", status <> 'EXPIRED' AS "isHeld" FROM enrollments
      WHERE user_id = ${userId} AND type = 'SUBSCRIPTION' AND status IN ('ACTIVE', 'COMPLETED', 'EXPIRED')`);
    const moves = places.filter(({ courseId, isHeld }) => isHeld !== includes(included, courseId));
    await this.take(
      userId,
      moves.filter(({ isHeld }) => isHeld),
    );
    await this.giveBack(
      userId,
      moves.filter(({ isHeld }) => !isHeld),
    );
  }

  private async take(userId: string, lost: readonly PlanPlace[]): Promise<void> {
    if (lost.length === 0) return;
    const taken = await this.move(
      lost,
      Prisma.sql`status = 'EXPIRED'`,
      Prisma.sql`e.status IN ('ACTIVE', 'COMPLETED')`,
    );
    await this.revokeAccess.execute('ENROLLMENT', ...idsOf(taken));
    for (const { id, courseId } of taken) await this.events.publish(new EnrollmentRevoked(id, userId, courseId));
  }

  /** Where there is no room any more its owner is the next in line: they had it before all who wait. */
  private async giveBack(userId: string, due: readonly PlanPlace[]): Promise<void> {
    if (due.length === 0) return;
    const standings = await this.places.lockedStandings(
      userId,
      due.map(({ courseId }) => courseId),
    );
    const roomy = new Set(standings.filter(hasRoom).map(({ courseId }) => courseId));
    const isGone = Prisma.sql`e.status = 'EXPIRED'`;
    const opened = Prisma.sql`status = CASE WHEN e.progress >= 100 THEN 'COMPLETED' ELSE 'ACTIVE' END::enrollment_status`;
    const back = await this.move(
      due.filter(({ courseId }) => roomy.has(courseId)),
      opened,
      isGone,
    );
    await this.grantAccess.again('ENROLLMENT', ...idsOf(back));
    for (const { id, courseId } of back) await this.events.publish(new EnrollmentRestored(id, userId, courseId));
    const waiting = await this.move(
      due.filter(({ courseId }) => !roomy.has(courseId)),
      Prisma.sql`status = 'PENDING', waiting_since = e.created_at`,
      isGone,
    );
    for (const { courseId } of waiting) await this.events.publish(new WaitlistChanged(courseId));
  }

  /** In the order of the courses' ids, as whoever takes places. Contends on the places' rows with their owner, who may buy or give up one. */
  private move(
    places: readonly PlanPlace[],
    to: Prisma.Sql,
    from: Prisma.Sql,
  ): Promise<{ id: string; courseId: string }[]> {
    return this.database.rows(Prisma.sql`
      WITH held AS (
        SELECT id FROM enrollments e WHERE e.id = ANY (${idsOf(places)}::text[]) AND e.type = 'SUBSCRIPTION' AND ${from}
        ORDER BY e.course_id FOR UPDATE
      )
      UPDATE enrollments e SET ${to}, updated_at = ${this.clock.now()} FROM held WHERE e.id = held.id
      RETURNING e.id, e.course_id AS "courseId"`);
  }
}

function idsOf(rows: readonly { id: string }[]): string[] {
  return rows.map(({ id }) => id);
}
