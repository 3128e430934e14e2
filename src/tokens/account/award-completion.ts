import { Injectable } from '@nestjs/common';
import { CourseCompleted } from '../../enrollments/index.js';
import { Database } from '../../platform/database/index.js';
import { AfterCommit } from '../../platform/events/index.js';
import { Rewards } from '../rewards/rewards.js';
import { MoveTokens } from './move-tokens.js';

/** Who completes a course gets what its terms say, else what is usual; once for a course, also when it is bought and completed again. */
@Injectable()
export class AwardCompletion {
  constructor(
    private readonly rewards: Rewards,
    private readonly moveTokens: MoveTokens,
    private readonly database: Database,
  ) {}

  /** Contends on the person's account. */
  @AfterCommit(CourseCompleted, 'tokens.completion')
  async onCourseCompleted({ userId, courseId }: CourseCompleted): Promise<void> {
    const { title, isPremium, completionTokens } = await this.database.client.course.findUniqueOrThrow({
      where: { id: courseId },
      select: { title: true, isPremium: true, completionTokens: true },
    });
    const usual = isPremium ? this.rewards.completion : this.rewards.freeCompletion;
    const amount = BigInt(completionTokens ?? usual);
    if (amount === 0n) return;
    await this.moveTokens.execute({
      ...{ userId, type: 'AWARD', amount, reason: `Completed “${title}”` },
      ...{ sourceEvent: `course:${courseId}`, actorId: 'system' },
    });
  }
}
