import { HttpException } from '@nestjs/common';
import { ThrottlerException } from '@nestjs/throttler';
import {
  databaseFailure,
  isDatabaseUnavailable,
  isTransactionConflict,
  isUniqueViolation,
  Prisma,
} from '../database/index.js';
import { DomainError, type FieldError, later, Problems, type ProblemType } from '../errors/index.js';

/** The body of every error answer, RFC 9457. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly errors?: readonly FieldError[];
  readonly requestId: string;
}

export interface Problem {
  readonly body: ProblemBody;
  readonly retryAfterSeconds?: number;
}

/** Any error as the answer that the caller may see. Nothing internal leaks: what is not known here is a plain 500. */
export function toProblem(error: unknown, requestId: string): Problem {
  const known = asDomainError(error);
  return {
    body: {
      type: `https://bursar.dev/problems/${known.problem.code.toLowerCase().replaceAll('_', '-')}`,
      title: known.problem.title,
      status: known.problem.status,
      detail: known.detail,
      code: known.problem.code,
      ...(known.errors && { errors: known.errors }),
      requestId,
    },
    retryAfterSeconds: known.retryAfterSeconds,
  };
}

/** PostgreSQL's text cannot hold U+0000, wherever in a request it was: body, query or path. */
const TEXT_NOT_STORABLE = '22021';

function asDomainError(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  if (error instanceof ThrottlerException) return later(Problems.tooManyRequests, 60);
  if (error instanceof HttpException) return fromHttp(error.getStatus(), error.message);
  if (isTransactionConflict(error) || isDatabaseUnavailable(error)) return later(Problems.busy);
  if (isUniqueViolation(error)) return new DomainError(Problems.conflict);
  if (databaseFailure(error)?.code === TEXT_NOT_STORABLE)
    return new DomainError(Problems.malformed, 'A text holds the character U+0000');
  if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2025')
    return new DomainError(Problems.notFound);
  if (isBodyParserError(error))
    return fromHttp(error.status, error.type === 'entity.too.large' ? '' : 'The body is not valid JSON');
  return new DomainError(Problems.internal);
}

const byStatus: Record<number, ProblemType> = {
  400: Problems.malformed,
  401: Problems.unauthenticated,
  403: Problems.forbidden,
  404: Problems.notFound,
  409: Problems.conflict,
  413: Problems.tooLarge,
  429: Problems.tooManyRequests,
  503: Problems.busy,
};

function fromHttp(status: number, detail: string): DomainError {
  const problem = byStatus[status];
  if (problem) return new DomainError(problem, detail || problem.title);
  return status < 500 ? new DomainError(Problems.malformed, detail) : new DomainError(Problems.internal);
}

function isBodyParserError(error: unknown): error is { status: number; type: string } {
  return (
    error instanceof Error &&
    'type' in error &&
    'status' in error &&
    typeof error.status === 'number' &&
    error.status < 500
  );
}
