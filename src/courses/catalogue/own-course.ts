import { Injectable } from '@nestjs/common';
import { mayActFor, type Principal } from '../../platform/auth/index.js';
import { type CourseStatus, Database, Prisma } from '../../platform/database/index.js';
import { DomainError, notFound } from '../../platform/errors/index.js';
import { CourseProblems } from '../courses.problems.js';

export interface OwnCourse {
  id: string;
  status: CourseStatus;
  isPremium: boolean;
  price: bigint;
  currency: string;
  capacity: number | null;
}

/**
 * Finds a course that the caller may change, and locks it: every edit of a course, its prices and its curriculum contends on its row. What
 * else of it is read for a decision is read after this, by a statement of its own, so that it is what the one before left.
 */
@Injectable()
export class LockOwnCourse {
  constructor(private readonly database: Database) {}

  /** @throws not found for somebody else's course, archived for one that is closed to changes */
  async execute(id: string, principal: Principal): Promise<OwnCourse> {
    const course = await this.evenArchived(id, principal);
    if (course.status === 'ARCHIVED') throw new DomainError(CourseProblems.archived);
    return course;
  }

  /** @throws not found for somebody else's course */
  async evenArchived(id: string, principal: Principal): Promise<OwnCourse> {
    const course = await this.database.row<OwnCourse & { instructorId: string }>(Prisma.sql`
      SELECT id, status, is_premium AS "isPremium", price, currency, capacity, instructor_id AS "instructorId"
      FROM courses WHERE id = ${id} FOR UPDATE`);
    if (!course || !mayActFor(principal, course.instructorId)) throw notFound('Course');
    return course;
  }
}
