import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import { DomainError, type FieldError, notFound, Problems } from '../../platform/errors/index.js';
import { type Choice, choicesOf } from './choices.js';

/** The chosen choices by question, by their places from 0. */
export type Answers = Readonly<Record<string, readonly number[]>>;

export interface MarkedQuiz {
  readonly right: number;
  readonly questions: number;
  /** Per cent. */
  readonly passMark: number;
  readonly passed: boolean;
  readonly answers: { questionId: string; right: boolean }[];
}

interface Question {
  readonly id: string;
  readonly choices: readonly Choice[];
}

/** Compares answers with a quiz as it stands at this moment. */
@Injectable()
export class MarkQuiz {
  constructor(private readonly database: Database) {}

  /**
   * What is not answered is wrong.
   * @throws validation, with all that is wrong, for answers to other questions and choices that are none
   */
  async execute(lectureId: string, answers: Answers): Promise<MarkedQuiz> {
    // One statement: questions that are replaced meanwhile are seen before or after, as are the pass mark's.
    const quiz = await this.database.client.lecture.findUnique({
      where: { id: lectureId, kind: 'QUIZ' },
      select: { passMark: true, questions: { orderBy: { position: 'asc' } } },
      relationLoadStrategy: 'join',
    });
    if (!quiz) throw notFound('Quiz');
    const questions = quiz.questions.map(({ id, choices }) => ({ id, choices: choicesOf(choices) }));
    const flaws = flawsOf(answers, questions);
    if (flaws.length > 0) throw new DomainError(Problems.validation, 'Not valid: answers', flaws);
    const marks = questions.map((question) => ({ questionId: question.id, right: isRight(question, answers) }));
    const right = marks.filter((mark) => mark.right).length;
    const passMark = quiz.passMark ?? 100;
    return {
      right,
      questions: questions.length,
      passMark,
      passed: questions.length > 0 && 100 * right >= passMark * questions.length,
      answers: marks,
    };
  }
}

function isRight({ id, choices }: Question, answers: Answers): boolean {
  const chosen = new Set(answers[id] ?? []);
  return choices.every(({ right }, index) => right === chosen.has(index));
}

function flawsOf(answers: Answers, questions: readonly Question[]): FieldError[] {
  const sizes = new Map(questions.map(({ id, choices }) => [id, choices.length]));
  return Object.entries(answers).flatMap(([id, chosen]) => {
    const pointer = `#/answers/${id.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const size = sizes.get(id);
    if (size === undefined) return [{ pointer, detail: 'the quiz has no such question, or no longer' }];
    return chosen.flatMap((choice, index) => {
      const at = `${pointer}/${index}`;
      if (choice >= size) return [{ pointer: at, detail: `the choices of this question are 0 to ${size - 1}` }];
      return chosen.indexOf(choice) < index ? [{ pointer: at, detail: 'chosen twice' }] : [];
    });
  });
}
