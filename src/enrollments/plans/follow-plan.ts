import { Injectable } from '@nestjs/common';
import { GrantAccess, RevokeAccess } from '../../courses/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma, Transactional } from '../../platform/database/index.js';
import { EventBus } from '../../platform/events/index.js';
import { EnrollmentRestored, EnrollmentRevoked, WaitlistChanged } from '../enrollments.events.js';
import { CoursePlaces, hasRoom } from '../waitlist/course-places.js';
import { giverOf, hasPlanType, type Included, PlanCourses, type PlanEnrollmentType } from './plan-courses.js';

interface PlanPlace {
  id: string;
  courseId: string;
  type: PlanEnrollmentType;
  isHeld: boolean;
}

/**
 * Brings the places that somebody has by plan to where their plans are: what none of them has any more is lost, and what one has again is
 * given back. Progress stays. Places that were bought, or given up by their owner, are left alone.
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

  /** Once what somebody's plans give has changed, in that transaction or after it. Again is harmless. */
  @Transactional()
  async execute(userId: string): Promise<void> {
    const included = await this.included(userId);
    const places = await this.database.rows<PlanPlace>(Prisma.sql`
      SELECT id, course_id AS "courseId", type, status <> 'EXPIRED' AS "isHeld" FROM enrollments
      WHERE user_id = ${userId} AND ${hasPlanType} AND status IN ('ACTIVE', 'COMPLETED', 'EXPIRED')`);
    const due = places.map((place) => ({ ...place, giver: giverOf(included, place.courseId, place.type) }));
    await this.take(
      userId,
      due.filter(({ isHeld, giver }) => isHeld && !giver),
    );
    await this.giveBack(
      userId,
      due.filter(({ isHeld, giver }) => !isHeld && giver),
    );
    await this.passOn(due.filter(({ type, giver }) => giver && giver !== type));
  }

  /**
   * Contends, after what gives, on an advisory lock for the person: of two that follow at once the later one sees what both are for. What gives
   * is read again then: what had not changed yet when it was locked may have since.
   */
  private async included(userId: string): Promise<Included> {
    await this.planCourses.of(userId);
    await this.database.execute(Prisma.sql`SELECT pg_advisory_xact_lock(hashtextextended(${`plans:${userId}`}, 0))`);
    return this.planCourses.of(userId);
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

  /** What another of their plans gives by now hangs on that one. */
  private async passOn(places: readonly (PlanPlace & { giver?: PlanEnrollmentType })[]): Promise<void> {
    if (places.length === 0) return;
    const licensed = idsOf(places.filter(({ giver }) => giver === 'LICENSE'));
    const type = Prisma.sql`CASE WHEN e.id = ANY (${licensed}::text[]) THEN 'LICENSE' ELSE 'SUBSCRIPTION' END`;
    await this.move(places, Prisma.sql`type = ${type}::enrollment_type`, Prisma.sql`TRUE`);
  }

  /** In the order of the courses' ids, as whoever takes places. Contends on the places' rows with their owner, who may buy or give up one. */
  private move(
    places: readonly PlanPlace[],
    to: Prisma.Sql,
    from: Prisma.Sql,
  ): Promise<{ id: string; courseId: string }[]> {
    return this.database.rows(Prisma.sql`
      WITH held AS (
        SELECT id FROM enrollments e WHERE e.id = ANY (${idsOf(places)}::text[]) AND ${hasPlanType} AND ${from}
        ORDER BY e.course_id FOR UPDATE
      )
      UPDATE enrollments e SET ${to}, updated_at = ${this.clock.now()} FROM held WHERE e.id = held.id
      RETURNING e.id, e.course_id AS "courseId"`);
  }
}

function idsOf(rows: readonly { id: string }[]): string[] {
  return rows.map(({ id }) => id);
}
