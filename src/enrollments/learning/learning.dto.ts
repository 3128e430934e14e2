import { Flag, IdOf, ListOf, Nested, Whole, WholeLists } from '../../platform/http/index.js';
import { EnrollmentDto } from '../enrollments.dto.js';

export class RecordStudyDto {
  @IdOf('lecture', { description: 'Where the student is now: a lecture of the course', optional: true })
  currentLectureId?: string;

  @Whole({
    description:
      'Seconds to add. At most what has passed since time was last recorded, and a minute of grace, is counted; the rest is cut',
    optional: true,
    min: 1,
    max: 86_400,
  })
  timeSpent?: number;
}

export class RecordedStudyDto extends EnrollmentDto {
  @Whole({ description: 'How many of the given seconds were counted' })
  timeCounted: number;
}

export class CompleteLectureDto {
  @WholeLists({
    description:
      'For a quiz, and for nothing else: the chosen choices by question id, by their places from 0. What is not answered is wrong',
    optional: true,
  })
  answers?: Record<string, number[]>;
}

class MarkedQuestionDto {
  @IdOf('quizQuestion', { description: 'The question' })
  questionId: string;

  @Flag({ description: 'Whether exactly the right choices were chosen' })
  right: boolean;
}

class QuizResultDto {
  @Whole({ description: 'Questions that were answered right' })
  right: number;

  @Whole({ description: 'Questions in all' })
  questions: number;

  @Whole({ description: 'How much of it must be right, in per cent', min: 1, max: 100 })
  passMark: number;

  @Flag({ description: 'Whether that was enough. What is passed stays passed' })
  passed: boolean;

  @ListOf(() => MarkedQuestionDto, { description: 'Question by question, in order' })
  answers: MarkedQuestionDto[];
}

export class CompletedLectureDto {
  @Flag({ description: 'Whether the lecture is completed, by this or before' })
  completed: boolean;

  @Nested(() => QuizResultDto, { description: 'Of a quiz: what these answers were worth', nullable: true })
  quiz: QuizResultDto | null;

  @Nested(() => EnrollmentDto, { description: 'The place as it stands now' })
  enrollment: EnrollmentDto;
}
