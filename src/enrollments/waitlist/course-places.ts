import { Injectable } from '@nestjs/common';
import { Database, type EnrollmentStatus, type EnrollmentType, Prisma } from '../../platform/database/index.js';
import { isPlanType } from '../plans/plan-courses.js';

/** What counts against a course's capacity: a place that is had, kept during a dispute, or offered. */
export const isTaken = Prisma.sql`(e.status IN ('ACTIVE', 'COMPLETED', 'SUSPENDED') OR e.offered_until IS NOT NULL)`;

/** How somebody stands to a course, and how full it is. */
export interface Standing {
  readonly courseId: string;
  readonly title: string;
  /** Null is any number. */
  readonly capacity: number | null;
  /** Places that are taken or wait to be given to somebody; 0 without a capacity. */
  readonly claimed: number;
  /** Of their own place; null without one. */
  readonly status: EnrollmentStatus | null;
  readonly type: EnrollmentType | null;
  readonly waitingSince: Date | null;
  readonly offeredUntil: Date | null;
}

export function hasPlace({ status }: Standing): boolean {
  return status === 'ACTIVE' || status === 'COMPLETED' || status === 'SUSPENDED';
}

/** They have it for as long as their plan includes it: it may be bought to keep. */
export function isByPlan(standing: Standing): boolean {
  return hasPlace(standing) && isPlanType(standing.type);
}

/** It is theirs whatever their plan is: nobody buys it again. */
export function isOwned(standing: Standing): boolean {
  return hasPlace(standing) && !isByPlan(standing);
}

/**
 * A free place is theirs who wait, in order, also before it is offered to them. So others have one only beyond those, and who waits has none
 * until it is offered.
 */
export function hasRoom({ capacity, claimed, waitingSince, offeredUntil }: Standing): boolean {
  return capacity === null || offeredUntil !== null || (waitingSince === null && claimed < capacity);
}

/** Before anything is locked or paid: an offer counts as long as it lasts. What is paid after it is given if its place still is kept. */
export function roomAt(now: Date, standing: Standing): boolean {
  const { offeredUntil } = standing;
  return hasRoom({ ...standing, offeredUntil: offeredUntil && offeredUntil > now ? offeredUntil : null });
}

/** The places in courses that have a capacity. Taking one needs the course's lock; giving one up needs none. */
@Injectable()
export class CoursePlaces {
  constructor(private readonly database: Database) {}

  /** Of those courses that there are, by id. What is decided by it in a transaction, is decided after `lock`. */
  standings(userId: string, courseIds: readonly string[]): Promise<Standing[]> {
    return this.database.rows<Standing>(Prisma.sql`
      SELECT c.id AS "courseId", c.title, c.capacity, own.status, own.type, own.waiting_since AS "waitingSince", own.offered_until AS "offeredUntil",
        CASE WHEN c.capacity IS NULL THEN 0 ELSE (
          SELECT count(*)::int FROM enrollments e WHERE e.course_id = c.id AND (${isTaken} OR e.waiting_since IS NOT NULL)) END AS claimed
      FROM courses c LEFT JOIN enrollments own ON own.course_id = c.id AND own.user_id = ${userId}
      WHERE c.id = ANY (${courseIds}::text[]) ORDER BY c.id`);
  }

  /**
   * Contends on the rows of those courses that have a capacity, in the order of their ids, before anything else of theirs: one place is
   * taken after the other. The others' rows are only kept from being given a capacity meanwhile; any number may hold them so.
   */
  async lock(courseIds: readonly string[]): Promise<void> {
    const which = Prisma.sql`id = ANY (${courseIds}::text[])`;
    const courses = await this.database.rows<{ capacity: number | null }>(
      Prisma.sql`SELECT capacity FROM courses WHERE ${which} ORDER BY id FOR KEY SHARE`,
    );
    if (courses.every(({ capacity }) => capacity === null)) return;
    await this.database.execute(
      Prisma.sql`SELECT FROM courses WHERE ${which} AND capacity IS NOT NULL ORDER BY id FOR NO KEY UPDATE`,
    );
  }

  async lockedStandings(userId: string, courseIds: readonly string[]): Promise<Standing[]> {
    await this.lock(courseIds);
    // A statement of its own, which sees what was waited for.
    return this.standings(userId, courseIds);
  }
}
