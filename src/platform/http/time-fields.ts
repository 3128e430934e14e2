import { isISO8601, IsString, IsTimeZone, Matches, MaxLength, ValidateBy } from 'class-validator';
import { isDay } from '../clock/index.js';
import { field, type FieldOptions } from './field.js';

/* Fields that say when. A moment names its zone; a day does not, and stands next to the zone that it is meant in. */

const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/i;

/**
 * A moment: ISO 8601, answered in UTC. What comes in has a time and a zone: a bare day or a local time would be read in the server's zone,
 * and nobody would notice.
 */
export function Moment(options: FieldOptions): PropertyDecorator {
  const check = ValidateBy({
    name: 'moment',
    validator: {
      // The pattern alone takes February 30th, which a Date takes for a day in March.
      validate: (value) =>
        typeof value === 'string' &&
        DATE_TIME.test(value) &&
        isISO8601(value, { strict: true }) &&
        !Number.isNaN(new Date(value).getTime()),
      defaultMessage: () =>
        '$property must be a moment with its time and zone, such as 2026-11-21T10:00:00Z or 2026-11-21T13:00:00+03:00 (in a URL + is %2B)',
    },
  });
  return field(options, { type: String, format: 'date-time' }, check);
}

/** A day of the calendar, such as `2026-11-23`; the description says in which zone. */
export function Day(options: FieldOptions): PropertyDecorator {
  const check = ValidateBy({
    name: 'day',
    validator: { validate: isDay, defaultMessage: () => '$property must be a day of 2000 to 2199, such as 2026-11-23' },
  });
  return field({ example: '2026-11-23', ...options }, { type: String, format: 'date' }, check);
}

/** `+03:00` passes for a time zone in JavaScript, but knows no summer time, and PostgreSQL reads its sign the other way round. */
const notAnOffset = Matches(/^[A-Za-z]/, { message: '$property must be the name of an IANA time zone' });

export function TimeZone(options: FieldOptions): PropertyDecorator {
  return field(
    { example: 'Africa/Nairobi', ...options },
    { type: String, maxLength: 64 },
    IsString(),
    MaxLength(64),
    IsTimeZone(),
    notAnOffset,
  );
}
