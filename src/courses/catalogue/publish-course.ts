import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, Transactional } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { CourseProblems } from '../courses.problems.js';
import { LockOwnCourse } from './own-course.js';

/** Puts a course on sale. Publishing a published one changes nothing. */
@Injectable()
export class PublishCourse {
  constructor(
    private readonly database: Database,
    private readonly lockOwnCourse: LockOwnCourse,
    private readonly clock: Clock,
  ) {}

  @Transactional()
  async execute(id: string, principal: Principal): Promise<void> {
    const { status } = await this.lockOwnCourse.execute(id, principal);
    if (status === 'PUBLISHED') return;
    const lectures = await this.database.client.lecture.count({ where: { module: { courseId: id } } });
    if (lectures === 0) throw new DomainError(CourseProblems.nothingToTeach);
    const empty = await this.database.client.lecture.findFirst({
      where: { kind: 'QUIZ', module: { courseId: id }, questions: { none: {} } },
      select: { title: true },
    });
    if (empty) throw new DomainError(CourseProblems.emptyQuiz, `The quiz “${empty.title}” has no question yet`);
    const now = this.clock.now();
    await this.database.client.course.update({
      where: { id },
      data: { status: 'PUBLISHED', publishedAt: now, updatedAt: now },
    });
  }
}
