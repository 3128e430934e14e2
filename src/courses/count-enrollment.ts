import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';

/** Adds to, or takes from, a course's public number of enrollments. Contends on the course's row, so it is called after the sale, never in it. */
@Injectable()
export class CountEnrollment {
  constructor(private readonly database: Database) {}

  async execute(courseId: string, by: 1 | -1): Promise<void> {
    await this.database.client.course.update({ where: { id: courseId }, data: { enrollmentCount: { increment: by } } });
  }
}
