import { Injectable } from '@nestjs/common';
import { HasAccess } from '../../courses/index.js';
import type { Principal } from '../../platform/auth/index.js';
import { Database, type EnrollmentStatus, Prisma } from '../../platform/database/index.js';
import { DomainError, notFound } from '../../platform/errors/index.js';
import { EnrollmentProblems } from '../enrollments.problems.js';
import type { StudyDays } from './study-days.js';

export interface OpenPlace extends StudyDays {
  readonly id: string;
  readonly userId: string;
  readonly courseId: string;
  readonly progress: number;
  readonly completedAt: Date | null;
  readonly timeCountedUntil: Date | null;
  readonly createdAt: Date;
}

/**
 * Finds the caller's own place in a course that they may learn in, and locks it: every step of learning contends on its row, as do a refund
 * and a dispute, so that what is closed stays as it was.
 */
@Injectable()
export class LockOpenPlace {
  constructor(
    private readonly database: Database,
    private readonly hasAccess: HasAccess,
  ) {}

  /** @throws not found for another person's; EnrollmentProblems.notOpen */
  async execute(id: string, { userId }: Principal): Promise<OpenPlace> {
    const place = await this.database.row<OpenPlace & { status: EnrollmentStatus }>(Prisma.sql`
      SELECT id, user_id AS "userId", course_id AS "courseId", status, progress, completed_at AS "completedAt",
        streak_days AS "streakDays", last_study_day AS "lastStudyDay", last_accessed_at AS "lastAccessedAt",
        time_counted_until AS "timeCountedUntil", created_at AS "createdAt"
      FROM enrollments WHERE id = ${id} FOR UPDATE`);
    if (place?.userId !== userId) throw notFound('Enrollment');
    const stands = place.status === 'ACTIVE' || place.status === 'COMPLETED';
    if (!stands || !(await this.hasAccess.execute(userId, place.courseId)))
      throw new DomainError(EnrollmentProblems.notOpen, `${EnrollmentProblems.notOpen.title}: it is ${place.status}`);
    return place;
  }
}
