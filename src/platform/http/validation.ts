import { type ArgumentMetadata, ValidationPipe, type ValidationError } from '@nestjs/common';
import { DomainError, type FieldError, Problems } from '../errors/index.js';

/** Refuses unknown fields by name and reports every bad field at once, each with its JSON pointer. */
export class RequestValidation extends ValidationPipe {
  constructor() {
    super({
      whitelist: true,
      forbidNonWhitelisted: true,
      transform: true,
      stopAtFirstError: false,
      validationError: { target: false, value: false },
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

function flatten(error: ValidationError, parent: string): FieldError[] {
  const pointer = `${parent}/${error.property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const own = Object.values(error.constraints ?? {}).map((detail) => ({
    pointer,
    detail: detail.replace(/^property (\S+) should not exist$/, 'this field is not known'),
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => flatten(child, pointer))];
}

function describe(errors: ValidationError[]): string {
  const names = errors.map((error) => error.property);
  return `Not valid: ${names.join(', ')}`;
}
