import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma } from '../../platform/database/index.js';
import { EventBus } from '../../platform/events/index.js';
import { IssueCertificate } from '../certificates/issue-certificate.js';
import { CourseCompleted, StudyDayBegun } from '../enrollments.events.js';
import type { OpenPlace } from './lock-open-place.js';
import { withStudyAt } from './study-days.js';

interface Step {
  /** Where the student is now. */
  readonly currentLectureId?: string;
  /** Seconds to add, and until when time is counted then. */
  readonly time?: { readonly counted: number; readonly until: Date };
}

/**
 * What every step of learning does to a place: the day counts, and progress is what the completed lectures make of it. Whoever has completed
 * all lectures that there are at this moment has completed the course, for good; so a lecture that was removed completes whom it held up at
 * their next step, and one that is added later un-completes nobody. Called under the place's lock, which its argument stands for.
 */
@Injectable()
export class TakeStep {
  constructor(
    private readonly database: Database,
    private readonly issueCertificate: IssueCertificate,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  async execute(place: OpenPlace, { currentLectureId, time }: Step, timeZone: string): Promise<void> {
    const { id, userId, courseId } = place;
    const now = this.clock.now();
    const progress = Math.max(place.progress, await this.achieved(place));
    const studied = withStudyAt(place, now, timeZone);
    const completesCourse = progress === 100 && place.completedAt === null;
    await this.database.client.enrollment.update({
      where: { id },
      data: {
        progress,
        status: progress === 100 ? 'COMPLETED' : 'ACTIVE',
        completedAt: completesCourse ? now : undefined,
        currentLectureId,
        totalTimeSpent: time && { increment: time.counted },
        timeCountedUntil: time?.until,
        ...studied,
        lastAccessedAt: now,
        updatedAt: now,
      },
    });
    const day = studied.lastStudyDay;
    if (day !== place.lastStudyDay)
      await this.events.publish(new StudyDayBegun(id, userId, day, now.toISOString(), timeZone));
    if (!completesCourse) return;
    await this.issueCertificate.execute(id, now);
    await this.events.publish(new CourseCompleted(id, userId, courseId, now.toISOString(), timeZone));
  }

  /** Per cent, rounded down, of the lectures that there are. A course without any is not completed by having been opened. */
  private async achieved({ id, courseId }: OpenPlace): Promise<number> {
    const lectures = await this.database.row<{ all: number; completed: number }>(Prisma.sql`
      SELECT count(*)::int AS all, count(c.lecture_id)::int AS completed
      FROM course_modules m JOIN lectures l ON l.module_id = m.id
        LEFT JOIN lecture_completions c ON c.enrollment_id = ${id} AND c.lecture_id = l.id
      WHERE m.course_id = ${courseId}`);
    return lectures?.all ? Math.floor((100 * lectures.completed) / lectures.all) : 0;
  }
}
