import { Injectable } from '@nestjs/common';
import { CourseCompleted, StudyDayBegun } from '../../enrollments/index.js';
import { dayOf } from '../../platform/clock/index.js';
import { Database } from '../../platform/database/index.js';
import { AfterCommit } from '../../platform/events/index.js';
import { MarkStreak } from './mark-streak.js';

/** What is learnt keeps streaks going. */
@Injectable()
export class FollowLearning {
  constructor(
    private readonly database: Database,
    private readonly markStreak: MarkStreak,
  ) {}

  @AfterCommit(StudyDayBegun, 'tokens.days-in-a-row')
  async onStudyDayBegun({ userId, day, at, timeZone }: StudyDayBegun): Promise<void> {
    await this.markStreak.execute({ userId, kind: 'DAYS' }, { source: day, day, zone: timeZone, at: new Date(at) });
  }

  @AfterCommit(CourseCompleted, 'tokens.courses-in-a-row')
  async onCourseCompleted({ enrollmentId, userId, courseId }: CourseCompleted): Promise<void> {
    const { completedAt: at } = await this.database.client.enrollment.findUniqueOrThrow({
      where: { id: enrollmentId },
      select: { completedAt: true },
    });
    if (!at) throw new Error(`${enrollmentId} is not completed`);
    const { timeZone: zone } = await this.database.client.user.findUniqueOrThrow({
      where: { id: userId },
      select: { timeZone: true },
    });
    const mark = { source: courseId, day: dayOf(at, zone), zone, at };
    await this.markStreak.execute({ userId, kind: 'COMPLETIONS' }, mark);
  }
}
