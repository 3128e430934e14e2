import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import type { OwnCourse } from '../catalogue/own-course.js';
import { CourseProblems } from '../courses.problems.js';

/**
 * What is on sale has something to teach. Asked when lectures have been removed, in the same transaction: the course's lock, which its
 * argument stands for, makes one removal wait for the other.
 */
@Injectable()
export class KeepLectures {
  constructor(private readonly database: Database) {}

  /** @throws CourseProblems.lastLecture */
  async execute({ id, status }: OwnCourse): Promise<void> {
    if (status !== 'PUBLISHED') return;
    const left = await this.database.client.lecture.findFirst({
      where: { module: { courseId: id } },
      select: { id: true },
    });
    if (!left) throw new DomainError(CourseProblems.lastLecture);
  }
}
