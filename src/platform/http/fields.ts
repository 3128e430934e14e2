import type { Type as Class } from '@nestjs/common';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsEmail,
  IsIn,
  IsInt,
  IsString,
  IsUrl,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateBy,
  ValidateNested,
} from 'class-validator';
import { type EntityName, idPrefixes } from '../ids/index.js';
import { isCurrencyCode } from '../money/index.js';
import { field, type FieldOptions } from './field.js';

/*
 * One decorator per kind of field. Each states the field's documentation and its check together, for what comes in
 * and for what goes out, so that OpenAPI and validation cannot disagree.
 */

const trimmed = Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value));

interface TextOptions extends FieldOptions {
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: RegExp;
  /** What the pattern asks for, in words: "must be …". */
  readonly wanted?: string;
}

/** Text, trimmed; 1 to 200 characters unless told otherwise. A pattern is told in words, not as a regular expression. */
export function Text(options: TextOptions & ({ pattern?: undefined } | { wanted: string })): PropertyDecorator {
  const { min = 1, max = 200, pattern, wanted = '', ...rest } = options;
  return field(
    rest,
    { type: String, minLength: min, maxLength: max, ...(pattern && { pattern: pattern.source }) },
    trimmed,
    IsString(),
    MinLength(min),
    MaxLength(max),
    ...(pattern ? [Matches(pattern, { message: `$property must be ${wanted}` })] : []),
  );
}

/** Quoted local parts are addresses too, by the book; no provider takes them. */
export function Email(options: FieldOptions): PropertyDecorator {
  const lower = Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? value.trim().toLowerCase() : value,
  );
  return field(
    options,
    { type: String, format: 'email', maxLength: 254 },
    lower,
    IsEmail({ blacklisted_chars: '"' }),
    MaxLength(254),
  );
}

/** A password or token: taken as it is, never trimmed. */
export function Secret(options: FieldOptions & { min?: number; max?: number }): PropertyDecorator {
  const { min = 1, max = 200, ...rest } = options;
  return field(rest, { type: String, minLength: min, maxLength: max }, IsString(), MinLength(min), MaxLength(max));
}

/** An amount in the currency's minor unit, from 0. A decimal, a negative or an unsafe integer is refused. */
export function Amount(options: FieldOptions & { max?: number; min?: number }): PropertyDecorator {
  const { max = Number.MAX_SAFE_INTEGER, min = 0, ...rest } = options;
  return field(
    rest,
    { type: 'integer', format: 'int64', minimum: min, maximum: max },
    IsInt({ message: '$property must be an integer number of minor units' }),
    Min(min),
    Max(max),
  );
}

/** An amount that may be negative (a balance, a posting), in the currency's minor unit. */
export function SignedAmount(options: FieldOptions): PropertyDecorator {
  return field(options, { type: 'integer', format: 'int64' }, IsInt());
}

/** An ISO 4217 code, in any case. */
export function Currency(options: FieldOptions): PropertyDecorator {
  const check = ValidateBy({
    name: 'currency',
    validator: {
      validate: isCurrencyCode,
      defaultMessage: () => '$property must be an ISO 4217 currency code',
    },
  });
  const capitals = Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? value.toUpperCase() : value,
  );
  return field({ example: 'USD', ...options }, { type: String, minLength: 3, maxLength: 3 }, capitals, check);
}

/** A whole number; `query` also takes it as text. */
export function Whole(
  options: FieldOptions & { min?: number; max?: number; query?: boolean; default?: number },
): PropertyDecorator {
  const { min = 0, max = Number.MAX_SAFE_INTEGER, query, ...rest } = options;
  return field(
    rest,
    { type: 'integer', minimum: min, maximum: max },
    ...(query ? [Type(() => Number)] : []),
    IsInt(),
    Min(min),
    Max(max),
  );
}

/** A number that need not be whole, such as an average rating. Only for what goes out; amounts are never this. */
export function Decimal(options: FieldOptions): PropertyDecorator {
  return field(options, { type: Number });
}

export function Flag(options: FieldOptions & { query?: boolean }): PropertyDecorator {
  const { query, ...rest } = options;
  const parse = Transform(({ value }: { value: unknown }) =>
    value === 'true' ? true : value === 'false' ? false : value,
  );
  return field(rest, { type: Boolean }, ...(query ? [parse] : []), IsBoolean());
}

/** One of a list; given in any case, with blanks for underscores ("All levels" is `ALL_LEVELS`). */
export function Choice(values: readonly string[] | Record<string, string>, options: FieldOptions): PropertyDecorator {
  const allowed = Array.isArray(values) ? (values as string[]) : Object.values(values as Record<string, string>);
  const normal = (value: unknown) => {
    if (typeof value !== 'string') return value;
    return (
      allowed.find(
        (one) =>
          one.toLowerCase() ===
          value
            .trim()
            .replaceAll(/[\s-]+/g, '_')
            .toLowerCase(),
      ) ?? value
    );
  };
  const normalize = Transform(({ value }: { value: unknown }) =>
    Array.isArray(value) ? value.map(normal) : normal(value),
  );
  const check = { message: `$property must be one of ${allowed.join(', ')}`, each: options.isArray };
  return field(
    options,
    { enum: allowed, type: String },
    normalize,
    ...(options.isArray ? [IsArray()] : []),
    IsIn(allowed, check),
  );
}

/** An id of one kind of entity. */
export function IdOf(entity: EntityName, options: FieldOptions): PropertyDecorator {
  const prefix = idPrefixes[entity];
  return field(
    { example: `${prefix}_01k9z3yq2ee6s8dt2v8r4gqv7m`, ...options },
    { type: String, maxLength: 64 },
    IsString(),
    MaxLength(64),
  );
}

/** Ids of one kind of entity. */
export function IdsOf(entity: EntityName, options: FieldOptions & { min?: number; max: number }): PropertyDecorator {
  const { min = 0, max, ...rest } = options;
  return field(
    { example: [`${idPrefixes[entity]}_01k9z3yq2ee6s8dt2v8r4gqv7m`], ...rest },
    { type: 'array', minItems: min, maxItems: max, items: { type: 'string', maxLength: 64 } },
    IsArray(),
    ArrayMinSize(min),
    ArrayMaxSize(max),
    IsString({ each: true }),
    MaxLength(64, { each: true }),
  );
}

export function WebAddress(options: FieldOptions): PropertyDecorator {
  const check = IsUrl({ require_tld: false, require_protocol: true, protocols: ['http', 'https'] });
  return field(options, { type: String, format: 'uri', maxLength: 2000 }, IsString(), MaxLength(2000), check);
}

/** Free key-value pairs of the caller: at most 20, keys to 40 and values to 500 characters. */
export function TextMap(options: FieldOptions): PropertyDecorator {
  const validate = (value: unknown) =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).length <= 20 &&
    Object.entries(value).every(([key, text]) => key.length <= 40 && typeof text === 'string' && text.length <= 500);
  const check = ValidateBy({
    name: 'textMap',
    validator: {
      validate,
      defaultMessage: () => '$property must map at most 20 keys (40 characters) to texts (500 characters)',
    },
  });
  return field(options, { type: 'object', additionalProperties: { type: 'string', maxLength: 500 } }, check);
}

/** Whole numbers from 0 to 1,000, listed by a name: at most 200 names (64 characters) and 100 numbers each. */
export function WholeLists(options: FieldOptions): PropertyDecorator {
  const isList = (list: unknown) =>
    Array.isArray(list) && list.length <= 100 && list.every((one) => Number.isInteger(one) && one >= 0 && one <= 1000);
  const validate = (value: unknown) =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).length <= 200 &&
    Object.entries(value).every(([name, list]) => name.length <= 64 && isList(list));
  const check = ValidateBy({
    name: 'wholeLists',
    validator: { validate, defaultMessage: () => '$property must map names to lists of whole numbers from 0' },
  });
  const list = { type: 'array', items: { type: 'integer', minimum: 0, maximum: 1000 } };
  return field(options, { type: 'object', additionalProperties: list }, check);
}

// `() => type()` and not `type`: @nestjs/swagger knows a lazy type by the function's name, which must be "type".
export function Nested(type: () => Class, options: FieldOptions): PropertyDecorator {
  return field(options, { type: () => type() }, ValidateNested(), Type(type));
}

export function ListOf(type: () => Class, options: FieldOptions & { max?: number }): PropertyDecorator {
  const { max = 1000, ...rest } = options;
  return field(
    rest,
    { type: () => type(), isArray: true },
    IsArray(),
    ArrayMaxSize(max),
    ValidateNested({ each: true }),
    Type(type),
  );
}
