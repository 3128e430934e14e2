import { Injectable } from '@nestjs/common';
import { RecordAudit } from '../../platform/audit/index.js';
import { mayActFor, type Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, Transactional } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';
import { LockOwnCourse } from '../catalogue/own-course.js';
import type { CourseTermsDto } from './terms.dto.js';

const columns = { shareBasisPoints: true, keepAccessOnRefund: true, completionTokens: true } as const;

/** What the school and an instructor have agreed on about a course. The school decides. */
@Injectable()
export class CourseTerms {
  constructor(
    private readonly database: Database,
    private readonly lockOwnCourse: LockOwnCourse,
    private readonly audit: RecordAudit,
    private readonly clock: Clock,
  ) {}

  /** @throws not found for somebody else's course */
  async of(id: string, principal: Principal): Promise<CourseTermsDto> {
    const course = await this.database.client.course.findUnique({
      where: { id },
      select: { ...columns, instructorId: true },
    });
    if (!course || !mayActFor(principal, course.instructorId)) throw notFound('Course');
    const { instructorId: _, ...terms } = course;
    return terms;
  }

  /** A sale keeps the share that it was begun with. @throws not found, archived */
  @Transactional()
  async set(id: string, { completionTokens, ...terms }: CourseTermsDto, principal: Principal): Promise<void> {
    await this.lockOwnCourse.execute(id, principal);
    const before = await this.of(id, principal);
    const after = {
      ...terms,
      completionTokens: completionTokens === undefined ? (before.completionTokens ?? null) : completionTokens,
    };
    await this.database.client.course.update({ where: { id }, data: { ...after, updatedAt: this.clock.now() } });
    await this.audit.execute({
      ...{ actorId: principal.userId, action: 'course.terms', objectType: 'course', objectId: id },
      ...{ before: { ...before }, after },
    });
  }
}
