import { Choice, ListOf, Text, TimeZone, Whole } from '../../platform/http/index.js';
import { CalendarPeriodQuery } from './period.dto.js';

const CONVERSION_GROUPS = ['provider', 'day'] as const;
type ConversionGroup = (typeof CONVERSION_GROUPS)[number];

export class ConversionQuery extends CalendarPeriodQuery {
  @Choice(CONVERSION_GROUPS, {
    description: 'One row for each of these; `provider` unless told otherwise',
    optional: true,
  })
  groupBy: ConversionGroup = 'provider';
}

class ConversionRowDto {
  @Text({ description: 'The provider, or the day on which the sessions were begun (`2026-11-21`)' })
  key: string;

  @Whole({ description: 'Payment sessions begun in this time; each is one of the five below, as it stands now' })
  begun: number;

  @Whole({ description: 'Paid, and what was bought was given' })
  completed: number;

  @Whole({ description: 'Failed: refused, or paid too late for what was to be bought' })
  failed: number;

  @Whole({ description: 'Cancelled' })
  cancelled: number;

  @Whole({ description: 'Not paid in time' })
  expired: number;

  @Whole({ description: 'Still waiting for their payment' })
  open: number;

  @Whole({ description: 'completed ÷ begun in basis points, rounded down: 10000 is all of them', max: 10_000 })
  rate: number;

  @Whole({ description: 'Their payments whose money came, also of what could not be given any more' })
  payments: number;
}

export const CONVERSION_COLUMNS = [
  'key',
  'begun',
  'completed',
  'failed',
  'cancelled',
  'expired',
  'open',
  'rate',
  'payments',
] as const satisfies (keyof ConversionRowDto)[];

export class ConversionReportDto {
  @Choice(CONVERSION_GROUPS, { description: 'What the rows stand for' })
  groupBy: ConversionGroup;

  @TimeZone({ description: 'Zone whose days are meant' })
  timeZone: string;

  @ListOf(() => ConversionRowDto, { description: 'By key' })
  rows: ConversionRowDto[];
}
