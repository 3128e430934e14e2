import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { ValidateIf } from 'class-validator';

/** What can be said of a field of any kind. */
export interface FieldOptions {
  /** What it means: units, range, where a rule comes from. */
  readonly description: string;
  readonly optional?: boolean;
  readonly nullable?: boolean;
  readonly example?: unknown;
  readonly isArray?: boolean;
}

/** Documentation and checks of one field, which all decorators of fields are made of. */
export function field(
  options: FieldOptions,
  schema: ApiPropertyOptions,
  ...checks: PropertyDecorator[]
): PropertyDecorator {
  const { optional, ...rest } = options;
  return applyDecorators(
    ApiProperty({ ...rest, ...schema, required: !optional } as ApiPropertyOptions),
    ...unlessLeftOut(options),
    ...checks,
  );
}

/** Optional is not nullable: a field that may be left out may not be null, unless it says so, and the other way round. */
function unlessLeftOut({ optional, nullable }: FieldOptions): PropertyDecorator[] {
  if (!optional && !nullable) return [];
  return [ValidateIf((_, value) => !(optional && value === undefined) && !(nullable && value === null))];
}
