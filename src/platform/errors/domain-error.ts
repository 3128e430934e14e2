/** One kind of refusal: its stable code, its HTTP status, and what it means in words. Declared once, listed in OpenAPI, thrown by name. */
export interface ProblemType {
  /** Stable and documented; clients switch on it. */
  readonly code: string;
  readonly status: number;
  readonly title: string;
}

/** A field that was refused. `pointer` is a JSON pointer into the request body, or `#/query/…`, `#/path/…` and `#/header/…` for what stands there. */
export interface FieldError {
  readonly pointer: string;
  readonly detail: string;
}

export function defineProblem<const T extends ProblemType>(problem: T): T {
  return problem;
}

/** The only error that operations throw on purpose. The filter in `platform/http` turns it into problem+json. */
export class DomainError extends Error {
  constructor(
    readonly problem: ProblemType,
    /** What happened this time, in words for the caller; the problem's title when omitted. */
    readonly detail: string = problem.title,
    readonly errors?: readonly FieldError[],
    /** Answered as `Retry-After`. */
    readonly retryAfterSeconds?: number,
  ) {
    super(detail);
    this.name = 'DomainError';
  }
}

/** The refusals that any endpoint can answer. */
export const Problems = {
  validation: defineProblem({ code: 'VALIDATION_FAILED', status: 400, title: 'The request is not valid' }),
  malformed: defineProblem({ code: 'MALFORMED_REQUEST', status: 400, title: 'The request cannot be read' }),
  unauthenticated: defineProblem({ code: 'UNAUTHENTICATED', status: 401, title: 'Sign in first' }),
  forbidden: defineProblem({ code: 'FORBIDDEN', status: 403, title: 'Your role does not allow this' }),
  featureRequired: defineProblem({ code: 'FEATURE_REQUIRED', status: 403, title: 'Your plan does not have this' }),
  notFound: defineProblem({ code: 'NOT_FOUND', status: 404, title: 'Not found' }),
  transition: defineProblem({ code: 'INVALID_TRANSITION', status: 400, title: 'Invalid status transition' }),
  conflict: defineProblem({ code: 'CONFLICT', status: 409, title: 'This conflicts with what is already there' }),
  tooLarge: defineProblem({ code: 'BODY_TOO_LARGE', status: 413, title: 'The request body is too large' }),
  keyReused: defineProblem({
    code: 'IDEMPOTENCY_KEY_REUSED',
    status: 422,
    title: 'This Idempotency-Key was used with another request',
  }),
  keyInFlight: defineProblem({
    code: 'IDEMPOTENCY_KEY_IN_FLIGHT',
    status: 409,
    title: 'The first request with this Idempotency-Key is still running',
  }),
  tooManyRequests: defineProblem({ code: 'TOO_MANY_REQUESTS', status: 429, title: 'Too many requests' }),
  internal: defineProblem({ code: 'INTERNAL_ERROR', status: 500, title: 'Something went wrong on our side' }),
  gateway: defineProblem({ code: 'PAYMENT_GATEWAY_ERROR', status: 502, title: 'Payment gateway error' }),
  busy: defineProblem({ code: 'TRY_AGAIN', status: 503, title: 'The system is busy; try again' }),
} as const;

/** The same again may well succeed in a moment. */
export function later(problem: ProblemType, seconds = 1): DomainError {
  return new DomainError(problem, undefined, undefined, seconds);
}

export function notFound(what: string): DomainError {
  return new DomainError(Problems.notFound, `${what} not found`);
}

/** A state machine has no such arrow, or not for this caller. */
export function invalidTransition(from: string, to: string): DomainError {
  return new DomainError(Problems.transition, `${Problems.transition.title}: ${from} → ${to}`);
}

/** One field of a request (`query/…`, `path/…` and `header/…` for what stands there) that does not go with the rest of it, or with what is there. */
export function invalid(field: string, detail: string): DomainError {
  const name = field.replace(/^(query|path|header)\//, '');
  return new DomainError(Problems.validation, `Not valid: ${name}`, [{ pointer: `#/${field}`, detail }]);
}
