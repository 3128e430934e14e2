import { applyDecorators, Get, type Type as Class } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { Endpoint } from '../../platform/http/index.js';

/** A report's route: for admins, answered as JSON or as CSV. */
export function ReportEndpoint(
  path: string,
  about: { summary: string; description: string; answers: Class },
): MethodDecorator {
  const { answers } = about;
  return applyDecorators(
    Get(path),
    Endpoint({ access: ['ADMIN'], ...about }),
    ApiExtraModels(answers),
    ApiResponse({
      status: 200,
      description: 'The report; with `format=csv` its rows as a file',
      content: {
        'application/json': { schema: { $ref: getSchemaPath(answers) } },
        'text/csv': { schema: { type: 'string' } },
      },
    }),
  );
}
