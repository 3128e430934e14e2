import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { applyDecorators } from '@nestjs/common';
import type { ProblemType } from '../errors/index.js';
import { ProblemDto } from './problem.dto.js';

/** Documents refusals of a route, beside those of the same status that another decorator documents. */
export function refusing(refusals: readonly ProblemType[]): MethodDecorator {
  const statuses = [...new Set(refusals.map((refusal) => refusal.status))].toSorted();
  return applyDecorators(
    ...statuses.map((status) => {
      const same = refusals.filter((refusal) => refusal.status === status);
      const texts = new Set(same.map((refusal) => `\`${refusal.code}\`: ${refusal.title}`));
      return applyDecorators(
        ApiExtraModels(ProblemDto),
        ApiResponse({
          status,
          description: [...texts].join('\n\n'),
          content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemDto) } } },
        }),
      );
    }),
  );
}
