import { Injectable } from '@nestjs/common';
import { type CourseStatus, Database, Prisma } from '../platform/database/index.js';
import { notFound } from '../platform/errors/index.js';

export interface RatedCourse {
  readonly instructorId: string;
  readonly status: CourseStatus;
}

/**
 * What reviews sum up to. Whoever changes a review holds the course's row first: it is what all reviews of a course contend on, and taken
 * after the review, two who review could each wait for the other.
 */
@Injectable()
export class RateCourse {
  constructor(private readonly database: Database) {}

  /** Takes the course's row for the ambient transaction. @throws not found */
  async lock(courseId: string): Promise<RatedCourse> {
    const course = await this.database.row<RatedCourse>(Prisma.sql`
      SELECT instructor_id AS "instructorId", status FROM courses WHERE id = ${courseId} FOR NO KEY UPDATE`);
    if (!course) throw notFound('Course');
    return course;
  }

  /** Adds to the sum of ratings and to their number; the average follows, in hundredths, half a hundredth upwards. */
  async execute(courseId: string, by: { rating: number; count: -1 | 0 | 1 }): Promise<void> {
    const sum = Prisma.sql`(rating_sum + ${by.rating}::int)`;
    const count = Prisma.sql`(rating_count + ${by.count}::int)`;
    await this.database.execute(Prisma.sql`
      UPDATE courses SET rating_sum = ${sum}, rating_count = ${count},
        rating = CASE WHEN ${count} = 0 THEN 0 ELSE (200 * ${sum}::bigint + ${count}) / (2 * ${count}) END
      WHERE id = ${courseId}`);
  }
}
