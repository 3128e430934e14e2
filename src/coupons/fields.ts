import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, Matches, Max, Min, ValidateBy, ValidateIf } from 'class-validator';

interface FieldOptions {
  readonly description: string;
  readonly optional?: boolean;
}

const unlessLeftOut = ({ optional }: FieldOptions) => (optional ? [ValidateIf((_, value) => value !== undefined)] : []);

interface TextListOptions extends FieldOptions {
  readonly max?: number;
  readonly pattern?: RegExp;
  /** What the pattern asks for, in words. */
  readonly wanted?: string;
}

/** A list of ids or names, at most `max`, each like `pattern`. */
export function TextList(options: TextListOptions): PropertyDecorator {
  const { description, optional, max = 500, pattern = /^\S{1,64}$/, wanted = 'texts without blanks' } = options;
  return applyDecorators(
    ApiProperty({
      description,
      required: !optional,
      type: 'array',
      maxItems: max,
      items: { type: 'string', pattern: pattern.source },
    }),
    ...unlessLeftOut(options),
    IsArray(),
    ArrayMaxSize(max),
    Matches(pattern, { each: true, message: `$property must be a list of ${wanted}` }),
  );
}

/** A number above 0 with at most two decimals. What more holds of it depends on the kind of discount. */
export function DiscountValue(options: FieldOptions): PropertyDecorator {
  const { description, optional } = options;
  const twoDecimals = ValidateBy({
    name: 'twoDecimals',
    validator: {
      validate: (value) => typeof value === 'number' && Math.round(value * 100) / 100 === value,
      defaultMessage: () => '$property must be a number with at most two decimals',
    },
  });
  return applyDecorators(
    ApiProperty({
      description,
      required: !optional,
      type: Number,
      minimum: 0.01,
      maximum: Number.MAX_SAFE_INTEGER,
      example: 10,
    }),
    ...unlessLeftOut(options),
    twoDecimals,
    Min(0.01),
    Max(Number.MAX_SAFE_INTEGER),
  );
}
