import { type ArgumentMetadata, type Type as Class, ValidationPipe, type ValidationError } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import { DomainError, type FieldError, Problems } from '../errors/index.js';

const options = { whitelist: true, forbidNonWhitelisted: true, stopAtFirstError: false } as const;

/** Refuses unknown fields by name and reports every bad field at once, each with its JSON pointer. */
export class RequestValidation extends ValidationPipe {
  constructor() {
    super({
      ...options,
      transform: true,
      validationError: { target: false, value: true },
      exceptionFactory: (errors) =>
        new DomainError(
          Problems.validation,
          describe(errors),
          errors.flatMap((error) => flatten(error, '#')),
        ),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    try {
      return await super.transform(value, metadata);
    } catch (error) {
      if (metadata.type !== 'query' || !(error instanceof DomainError) || !error.errors) throw error;
      const errors = error.errors.map((field) => ({ ...field, pointer: field.pointer.replace(/^#/, '#/query') }));
      throw new DomainError(Problems.validation, error.detail, errors);
    }
  }
}

/**
 * A body, or what stands in it at `pointer`, as its class has it, and every bad field: for operations that tell what else is wrong in the
 * same answer.
 */
export async function inspect<T extends object>(
  type: Class<T>,
  body: object,
  pointer = '#',
): Promise<{ value: T; flaws: FieldError[] }> {
  const value = plainToInstance(type, body);
  const errors = await validate(value, { ...options, validationError: { target: false, value: true } });
  return { value, flaws: errors.flatMap((error) => flatten(error, pointer)) };
}

function flatten(error: ValidationError, parent: string): FieldError[] {
  const pointer = `${parent}/${error.property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const own = details(error).map((detail) => ({ pointer, detail }));
  return [...own, ...(error.children ?? []).flatMap((child) => flatten(child, pointer))];
}

/** What is not there fails every check of its field, but only one thing is wrong with it. */
function details({ property, value, constraints = {} }: ValidationError): string[] {
  const failed = Object.values(constraints);
  if (value === undefined && failed.length > 0) return [`${property} must be given`];
  return failed.map((detail) => detail.replace(/^property (\S+) should not exist$/, 'this field is not known'));
}

function describe(errors: ValidationError[]): string {
  const names = errors.map((error) => error.property);
  return `Not valid: ${names.join(', ')}`;
}
