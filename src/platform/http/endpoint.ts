import { applyDecorators, Header, HttpCode, SetMetadata, type Type as Class } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiExtension,
  ApiExtraModels,
  ApiHeader,
  ApiOperation,
  ApiProduces,
  ApiResponse,
  ApiSecurity,
  getSchemaPath,
} from '@nestjs/swagger';
import { type Access, AllowAccess } from '../auth/index.js';
import { Problems, type ProblemType } from '../errors/index.js';
import { IDEMPOTENT } from '../idempotency/idempotent.js';
import { Pagination } from './pagination.js';
import { refusing } from './refusals.js';

export const ENDPOINT = 'endpoint';

/** Which rate limit a route is under; read by the throttlers in `platform.module.ts`. */
export const RATE_LIMIT = 'rate-limit';

interface EndpointOptions {
  readonly access: Access;
  readonly summary: string;
  /** Rules, units, what happens on repetition. */
  readonly description?: string;
  /** 201 for creations, 200 for the rest unless told otherwise. */
  readonly status?: number;
  /** The answer: one object, `[Class]` for a bare list, or nothing. */
  readonly answers?: Class | readonly [Class];
  /** The answer is a page of these. */
  readonly pageOf?: Class;
  /** Answers something other than JSON: texts or files of these types; beside `answers`, as whoever asks accepts. */
  readonly produces?: readonly string[];
  /** A public page that anybody may keep, and asks for again with its ETag before using it. */
  readonly etag?: boolean;
  /** The refusals of this operation, besides those that every route has. */
  readonly errors?: readonly ProblemType[];
  /** Takes an `Idempotency-Key`. */
  readonly idempotent?: boolean;
  /** `none`: never answered 429 (providers' webhooks). `sign-in`: the strict limit. `validation`: that of validating licences. */
  readonly limit?: 'none' | 'sign-in' | 'validation';
}

/** All that a route says about itself: who may call it, what it answers, how it refuses. Documentation and behaviour from one place. */
export function Endpoint(options: EndpointOptions): MethodDecorator {
  const { access, summary, description, status = 200, errors = [], idempotent, limit } = options;
  const roles = typeof access === 'string' ? access : access.join(', ');
  const refusals = [...errors, ...usualRefusals(options)];
  return applyDecorators(
    AllowAccess(access),
    SetMetadata(ENDPOINT, true),
    HttpCode(status),
    ApiOperation({ summary, description: [description, `Who: ${roles}.`].filter(Boolean).join('\n\n') }),
    ApiExtension('x-access', access),
    ...security(access),
    success(options, status),
    ...(options.produces && !options.answers ? [ApiProduces(...options.produces)] : []),
    ...(options.etag ? kept : []),
    refusing(refusals),
    ...(idempotent ? [SetMetadata(IDEMPOTENT, true), idempotencyHeader] : []),
    SetMetadata(RATE_LIMIT, limit),
  );
}

const kept = [
  Header('Cache-Control', 'public, max-age=0, must-revalidate'),
  ApiResponse({ status: 304, description: 'As it was: its ETag is the `If-None-Match`' }),
];

const idempotencyHeader = ApiHeader({
  name: 'Idempotency-Key',
  required: false,
  description:
    'Up to 255 characters of your choice. The same key with the same body gets the same answer, for 24 hours.',
  schema: { type: 'string', maxLength: 255 },
});

function usualRefusals({ access, idempotent, limit }: EndpointOptions): ProblemType[] {
  return [
    Problems.validation,
    Problems.malformed,
    Problems.tooLarge,
    ...(access === 'public' ? [] : [Problems.unauthenticated]),
    ...(Array.isArray(access) ? [Problems.forbidden] : []),
    ...(idempotent ? [Problems.keyInFlight, Problems.keyReused] : []),
    ...(limit === 'none' ? [] : [Problems.tooManyRequests]),
    Problems.internal,
    Problems.busy,
  ];
}

function security(access: Access): (MethodDecorator & ClassDecorator)[] {
  if (access === 'public') return [];
  // An empty requirement beside the bearer one is how OpenAPI says "optional".
  return access === 'optional' ? [ApiBearerAuth(), ApiSecurity({})] : [ApiBearerAuth()];
}

function success({ answers, pageOf, produces }: EndpointOptions, status: number): MethodDecorator {
  const description = 'Done';
  if (pageOf) {
    const schema = {
      type: 'object',
      required: ['data', 'pagination'],
      properties: {
        data: { type: 'array', items: { $ref: getSchemaPath(pageOf) } },
        pagination: { $ref: getSchemaPath(Pagination) },
      },
    };
    return applyDecorators(ApiExtraModels(pageOf, Pagination), ApiResponse({ status, description, schema }));
  }
  if (produces) {
    const texts = Object.fromEntries(produces.map((type) => [type, { schema: { type: 'string' as const } }]));
    if (!answers) return ApiResponse({ status, description, content: texts });
    const type = (Array.isArray(answers) ? answers[0] : answers) as Class;
    const content = { 'application/json': { schema: { $ref: getSchemaPath(type) } }, ...texts };
    return applyDecorators(ApiExtraModels(type), ApiResponse({ status, description, content }));
  }
  if (!answers) return ApiResponse({ status, description });
  return Array.isArray(answers)
    ? ApiResponse({ status, description, type: answers[0] as Class, isArray: true })
    : ApiResponse({ status, description, type: answers as Class });
}
