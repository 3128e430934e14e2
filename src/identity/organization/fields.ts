import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsISO31661Alpha2, ValidateIf } from 'class-validator';
import { Text } from '../../platform/http/index.js';

/** Other codes in use for a country: the United Kingdom's reserved one, and Greece's in European VAT. */
const aliases: Readonly<Record<string, string>> = { UK: 'GB', EL: 'GR' };

/** A country by its ISO 3166-1 alpha-2 code, in any case; kept in capitals, `UK` as `GB`. */
export function Country(options: { description: string; optional?: boolean }): PropertyDecorator {
  const normal = Transform(({ value }: { value: unknown }) => {
    if (typeof value !== 'string') return value;
    const code = value.trim().toUpperCase();
    return aliases[code] ?? code;
  });
  return applyDecorators(
    Text({ ...options, min: 2, max: 2, example: 'KE' }),
    normal,
    ...(options.optional ? [ValidateIf((_, value) => value !== undefined)] : []),
    IsISO31661Alpha2({ message: '$property must be an ISO 3166-1 alpha-2 code' }),
  );
}

/** The second half of an ISO 3166-2 code, in any case; kept in capitals. */
export function Region(options: { description: string }): PropertyDecorator {
  return applyDecorators(
    Text({
      ...options,
      optional: true,
      nullable: true,
      max: 3,
      pattern: /^[A-Za-z0-9]{1,3}$/,
      wanted: 'one to three letters or digits, such as QC',
      example: 'QC',
    }),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim().toUpperCase() : value)),
  );
}

/** A time of day such as `22:00`. */
export function TimeOfDay(options: { description: string }): PropertyDecorator {
  const pattern = /^([01]\d|2[0-3]):[0-5]\d$/;
  return Text({
    ...options,
    optional: true,
    nullable: true,
    min: 5,
    max: 5,
    pattern,
    wanted: 'a time such as 22:00',
    example: '22:00',
  });
}
