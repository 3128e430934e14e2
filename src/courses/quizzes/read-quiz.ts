import { Injectable } from '@nestjs/common';
import { mayActFor, type Principal } from '../../platform/auth/index.js';
import { Database } from '../../platform/database/index.js';
import { DomainError, notFound } from '../../platform/errors/index.js';
import { HasAccess } from '../access/has-access.js';
import { CourseProblems } from '../courses.problems.js';
import { choicesOf } from './choices.js';
import type { QuizDto } from './quizzes.dto.js';

/** A quiz as the caller may see it. */
@Injectable()
export class ReadQuiz {
  constructor(
    private readonly database: Database,
    private readonly hasAccess: HasAccess,
  ) {}

  /** @throws not found for what is no quiz of this course; CourseProblems.accessRequired */
  async execute(courseId: string, lectureId: string, principal: Principal): Promise<QuizDto> {
    const lecture = await this.database.client.lecture.findFirst({
      where: { id: lectureId, kind: 'QUIZ', module: { courseId } },
      include: {
        questions: { orderBy: { position: 'asc' } },
        module: { select: { course: { select: { instructorId: true, status: true } } } },
      },
      relationLoadStrategy: 'join',
    });
    if (!lecture) throw notFound('Quiz');
    const { instructorId, status } = lecture.module.course;
    const isTheirs = mayActFor(principal, instructorId);
    if (!isTheirs && !(await this.hasAccess.execute(principal.userId, courseId)))
      throw status === 'DRAFT' ? notFound('Quiz') : new DomainError(CourseProblems.accessRequired);
    const questions = lecture.questions.map(({ id, prompt, choices }) => ({
      id,
      prompt,
      choices: choicesOf(choices).map(({ text, right }) => (isTheirs ? { text, right } : { text })),
    }));
    return { lectureId, title: lecture.title, passMark: lecture.passMark ?? 100, questions };
  }
}
