import { LectureKind } from '../../platform/database/index.js';
import { Choice, Flag, ListOf, Text, Whole } from '../../platform/http/index.js';
import { QuizQuestionDto } from '../quizzes/quizzes.dto.js';

export class NewPartDto {
  @Text({ description: 'Title' })
  title: string;
}

export class EditPartDto {
  @Text({ description: 'New title', optional: true })
  title?: string;

  @Whole({
    description: 'New place among its siblings, from 1; beyond the last means last',
    optional: true,
    min: 1,
    max: 10_000,
  })
  position?: number;
}

const passMark = {
  description: 'Of a quiz: how much of it must be right, in per cent',
  optional: true,
  min: 1,
  max: 100,
};
const most = 'Every question counts the same. A published quiz has at least one';

export class NewLectureDto extends NewPartDto {
  @Choice(LectureKind, { description: '`LESSON` unless told otherwise; fixed from then on', optional: true })
  kind?: LectureKind;

  @Whole({ ...passMark, description: `${passMark.description}. A quiz has one` })
  passMark?: number;

  @ListOf(() => QuizQuestionDto, { description: `Of a quiz: its questions. ${most}`, optional: true, max: 100 })
  questions?: QuizQuestionDto[];
}

export class EditLectureDto extends EditPartDto {
  @Flag({ description: 'Whether anybody may see it before buying', optional: true })
  isPreview?: boolean;

  @Choice(LectureKind, { description: 'Cannot be changed: what it is already, if given', optional: true })
  kind?: LectureKind;

  @Whole(passMark)
  passMark?: number;

  @ListOf(() => QuizQuestionDto, {
    description: `Of a quiz: replaces its questions. ${most}`,
    optional: true,
    max: 100,
  })
  questions?: QuizQuestionDto[];
}
