import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, Transactional } from '../../platform/database/index.js';
import { invalid } from '../../platform/errors/index.js';
import type { RecordStudyDto } from './learning.dto.js';
import { LockOpenPlace } from './lock-open-place.js';
import { TakeStep } from './take-step.js';
import { countTime } from './time-spent.js';

/** A student is at it: where, and for how long since the last time. */
@Injectable()
export class RecordStudy {
  constructor(
    private readonly database: Database,
    private readonly lockOpenPlace: LockOpenPlace,
    private readonly takeStep: TakeStep,
    private readonly clock: Clock,
  ) {}

  /**
   * Contends on the place's row, so that no second is counted twice.
   * @returns the seconds that were counted
   * @throws not found for another person's place, EnrollmentProblems.notOpen, validation for a lecture of another course
   */
  @Transactional()
  async execute(
    id: string,
    { currentLectureId, timeSpent = 0 }: RecordStudyDto,
    principal: Principal,
  ): Promise<number> {
    const place = await this.lockOpenPlace.execute(id, principal);
    if (currentLectureId !== undefined) {
      const there = { id: currentLectureId, module: { courseId: place.courseId } };
      if ((await this.database.client.lecture.count({ where: there })) === 0)
        throw invalid('currentLectureId', 'currentLectureId must be a lecture of this course');
    }
    const time = countTime(timeSpent, place.timeCountedUntil ?? place.createdAt, this.clock.now());
    await this.takeStep.execute(place, { currentLectureId, time }, principal.timeZone);
    return time.counted;
  }
}
