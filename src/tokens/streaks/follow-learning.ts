import { Injectable } from '@nestjs/common';
import { CourseCompleted, StudyDayBegun } from '../../enrollments/index.js';
import { dayOf } from '../../platform/clock/index.js';
import { AfterCommit } from '../../platform/events/index.js';
import { MarkStreak } from './mark-streak.js';

/** What is learnt keeps streaks going. */
@Injectable()
export class FollowLearning {
  constructor(private readonly markStreak: MarkStreak) {}

  @AfterCommit(StudyDayBegun, 'tokens.days-in-a-row')
  async onStudyDayBegun({ userId, day, at, timeZone }: StudyDayBegun): Promise<void> {
    await this.markStreak.execute({ userId, kind: 'DAYS' }, { source: day, day, zone: timeZone, at: new Date(at) });
  }

  /** The day is that of where the person was: they may be elsewhere by the time that this is heard. */
  @AfterCommit(CourseCompleted, 'tokens.courses-in-a-row')
  async onCourseCompleted({ userId, courseId, at: moment, timeZone: zone }: CourseCompleted): Promise<void> {
    const at = new Date(moment);
    await this.markStreak.execute(
      { userId, kind: 'COMPLETIONS' },
      { source: courseId, day: dayOf(at, zone), zone, at },
    );
  }
}
