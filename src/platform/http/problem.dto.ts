import { ListOf, Text, Whole } from './fields.js';
import type { ProblemBody } from './problem.js';

class FieldErrorDto {
  @Text({
    description:
      'JSON pointer to the field, such as `#/price`; `#/query/page`, `#/path/month` or `#/header/…` for what stands there',
    max: 500,
  })
  pointer: string;

  @Text({ description: 'What is wrong with it', max: 500 })
  detail: string;
}

/** RFC 9457. Switch on `code`: it is stable. */
export class ProblemDto implements ProblemBody {
  @Text({ description: 'A URI that names the kind of problem', max: 500 })
  type: string;

  @Text({ description: 'The kind of problem, in words' })
  title: string;

  @Whole({ description: 'The HTTP status, again', min: 400, max: 599 })
  status: number;

  @Text({ description: 'What happened this time, in words', max: 2000 })
  detail: string;

  @Text({ description: 'The kind of problem, for a program' })
  code: string;

  @ListOf(() => FieldErrorDto, { description: 'Each refused field', optional: true })
  errors?: FieldErrorDto[];

  @Text({ description: 'The id under which our logs know this request; also in the header X-Request-Id' })
  requestId: string;
}
