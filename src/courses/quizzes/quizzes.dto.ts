import { ArrayMinSize, ValidateBy } from 'class-validator';
import { Flag, IdOf, ListOf, Text, Whole } from '../../platform/http/index.js';

/** Nobody could answer a question otherwise. */
const oneIsRight = ValidateBy({
  name: 'oneIsRight',
  validator: {
    validate: (choices) =>
      Array.isArray(choices) && choices.some((choice: { right?: unknown }) => choice?.right === true),
    defaultMessage: () => 'at least one of the $property must be right',
  },
});

export class QuizChoiceDto {
  @Text({ description: 'What may be chosen', max: 500 })
  text: string;

  @Flag({ description: 'Whether it belongs to the right answer' })
  right: boolean;
}

export class QuizQuestionDto {
  @Text({ description: 'The question', max: 2000 })
  prompt: string;

  @ListOf(() => QuizChoiceDto, {
    description: 'What may be chosen: 2 to 20, of which one or several are right, and are to be chosen all',
    max: 20,
  })
  @ArrayMinSize(2)
  @oneIsRight
  choices: QuizChoiceDto[];
}

class ShownChoiceDto {
  @Text({ description: 'What may be chosen', max: 500 })
  text: string;

  @Flag({
    description: 'Whether it belongs to the right answer; only its instructor and admins are told',
    optional: true,
  })
  right?: boolean;
}

class ShownQuestionDto {
  @IdOf('quizQuestion', { description: 'Id; another one whenever the questions are replaced' })
  id: string;

  @Text({ description: 'The question', max: 2000 })
  prompt: string;

  @ListOf(() => ShownChoiceDto, { description: 'What may be chosen. An answer names choices by their place, from 0' })
  choices: ShownChoiceDto[];
}

export class QuizDto {
  @IdOf('lecture', { description: 'The lecture that it is' })
  lectureId: string;

  @Text({ description: 'Title' })
  title: string;

  @Whole({ description: 'How much of it must be right, in per cent', min: 1, max: 100 })
  passMark: number;

  @ListOf(() => ShownQuestionDto, { description: 'Its questions, in order' })
  questions: ShownQuestionDto[];
}
