import { Injectable } from '@nestjs/common';
import { Database, type LectureKind } from '../../platform/database/index.js';
import { DomainError, type FieldError, Problems } from '../../platform/errors/index.js';
import { newId } from '../../platform/ids/index.js';
import type { OwnCourse } from '../catalogue/own-course.js';
import type { QuizQuestionDto } from './quizzes.dto.js';

/** What a request says of a lecture as a quiz. */
export interface QuizFields {
  readonly kind?: LectureKind;
  readonly passMark?: number;
  readonly questions?: readonly QuizQuestionDto[];
}

/** Makes a quiz of a lecture, and changes it. Called under the course's lock, which its argument stands for, so that what is published keeps a question. */
@Injectable()
export class SetQuiz {
  constructor(private readonly database: Database) {}

  /** @throws validation, with all that is wrong, for fields that do not go together in a new lecture of the course */
  check({ status }: OwnCourse, { kind = 'LESSON', passMark, questions }: QuizFields): void {
    if (kind === 'LESSON') return refuse(ofNoLesson({ passMark, questions }));
    const missing = [
      ...(passMark === undefined ? [flaw('passMark', 'a quiz has a pass mark, from 1 to 100 per cent')] : []),
      ...(status === 'PUBLISHED' && !questions?.length ? [noQuestion] : []),
    ];
    refuse(missing);
  }

  /** Changes what is given. @throws validation, with all that is wrong */
  async change({ status }: OwnCourse, lectureId: string, { kind, passMark, questions }: QuizFields): Promise<void> {
    const lecture = await this.database.client.lecture.findUniqueOrThrow({
      where: { id: lectureId },
      select: { kind: true },
    });
    refuse([
      ...(kind !== undefined && kind !== lecture.kind ? [flaw('kind', `it is a ${lecture.kind} and stays one`)] : []),
      ...(lecture.kind === 'LESSON' ? ofNoLesson({ passMark, questions }) : []),
      ...(lecture.kind === 'QUIZ' && status === 'PUBLISHED' && questions?.length === 0 ? [noQuestion] : []),
    ]);
    if (passMark !== undefined)
      await this.database.client.lecture.update({ where: { id: lectureId }, data: { passMark } });
    if (questions) await this.replaceQuestions(lectureId, questions);
  }

  /** What has been answered to the old ones keeps its marks. */
  async replaceQuestions(lectureId: string, questions: readonly QuizQuestionDto[]): Promise<void> {
    await this.database.client.quizQuestion.deleteMany({ where: { lectureId } });
    await this.database.client.quizQuestion.createMany({
      data: questions.map(({ prompt, choices }, index) => ({
        id: newId('quizQuestion'),
        lectureId,
        position: index + 1,
        prompt,
        choices: choices.map(({ text, right }) => ({ text, right })),
      })),
    });
  }
}

const flaw = (field: string, detail: string): FieldError => ({ pointer: `#/${field}`, detail });

const noQuestion = flaw('questions', 'a published quiz has at least one question');

function ofNoLesson({ passMark, questions }: QuizFields): FieldError[] {
  return [
    ...(passMark === undefined ? [] : [flaw('passMark', 'only a quiz has a pass mark')]),
    ...(questions === undefined ? [] : [flaw('questions', 'only a quiz has questions')]),
  ];
}

function refuse(flaws: readonly FieldError[]): void {
  if (flaws.length === 0) return;
  const fields = flaws.map(({ pointer }) => pointer.slice(2)).join(', ');
  throw new DomainError(Problems.validation, `Not valid: ${fields}`, flaws);
}
