import { Injectable } from '@nestjs/common';
import { type Answers, type MarkedQuiz, MarkQuiz } from '../../courses/index.js';
import type { Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, Transactional } from '../../platform/database/index.js';
import { invalid, notFound } from '../../platform/errors/index.js';
import { newId } from '../../platform/ids/index.js';
import { LockOpenPlace, type OpenPlace } from './lock-open-place.js';
import { TakeStep } from './take-step.js';

export interface StepDone {
  /** Whether the lecture is completed, by this or before. */
  readonly completed: boolean;
  /** What the answers to a quiz were worth. */
  readonly quiz: MarkedQuiz | null;
}

/** A student completes a lecture: a lesson by saying so, a quiz by passing it. */
@Injectable()
export class CompleteLecture {
  constructor(
    private readonly database: Database,
    private readonly lockOpenPlace: LockOpenPlace,
    private readonly markQuiz: MarkQuiz,
    private readonly takeStep: TakeStep,
    private readonly clock: Clock,
  ) {}

  /**
   * Contends on the place's row; (place, lecture) is unique, so that once is once. A quiz that is passed stays passed.
   * @throws not found for another person's place and another course's lecture, EnrollmentProblems.notOpen, validation for bad answers
   */
  @Transactional()
  async execute(id: string, lectureId: string, answers: Answers | undefined, principal: Principal): Promise<StepDone> {
    const place = await this.lockOpenPlace.execute(id, principal);
    const lecture = await this.database.client.lecture.findFirst({
      where: { id: lectureId, module: { courseId: place.courseId } },
      select: { kind: true },
    });
    if (!lecture) throw notFound('Lecture');
    if (lecture.kind === 'LESSON' && answers) throw invalid('answers', 'only a quiz takes answers');
    if (lecture.kind === 'QUIZ' && !answers) throw invalid('answers', 'a quiz takes answers');
    const quiz = answers ? await this.attempt(place, lectureId, answers) : null;
    if (!quiz || quiz.passed) await this.complete(place, lectureId);
    await this.takeStep.execute(place, {}, principal.timeZone);
    const completion = await this.database.client.lectureCompletion.count({ where: { enrollmentId: id, lectureId } });
    return { completed: completion > 0, quiz };
  }

  private async attempt({ id }: OpenPlace, lectureId: string, answers: Answers): Promise<MarkedQuiz> {
    const marked = await this.markQuiz.execute(lectureId, answers);
    const { right, questions, passed } = marked;
    await this.database.client.quizAttempt.create({
      data: {
        ...{ id: newId('quizAttempt'), enrollmentId: id, lectureId },
        answers: Object.fromEntries(Object.entries(answers).map(([question, chosen]) => [question, [...chosen]])),
        ...{ right, questions, passed, createdAt: this.clock.now() },
      },
    });
    return marked;
  }

  private async complete({ id }: OpenPlace, lectureId: string): Promise<void> {
    const completion = { enrollmentId: id, lectureId, completedAt: this.clock.now() };
    await this.database.client.lectureCompletion.createMany({ data: [completion], skipDuplicates: true });
  }
}
