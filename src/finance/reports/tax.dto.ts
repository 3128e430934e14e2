import { Choice, Currency, ListOf, SignedAmount, Text, TimeZone } from '../../platform/http/index.js';
import { CALENDAR_GROUPS, type CalendarGroup } from './period.js';
import { CalendarPeriodQuery } from './period.dto.js';

export class TaxQuery extends CalendarPeriodQuery {
  @Choice(CALENDAR_GROUPS, {
    description: 'One row for each of these and country; `month` unless told otherwise',
    optional: true,
  })
  groupBy: CalendarGroup = 'month';
}

class TaxRowDto {
  @Text({ description: 'The day (`2026-11-21`), ISO week (`2026-W47`) or month (`2026-11`)' })
  period: string;

  @Text({ description: 'Whose tax it is, ISO 3166-1 alpha-2; `OTHER` where the buyer’s country is not known' })
  country: string;

  @Currency({ description: 'Currency of the amounts' })
  currency: string;

  @SignedAmount({ description: 'Tax in what was sold in this time, minor units' })
  charged: number;

  @SignedAmount({ description: 'Tax in what was given back in this time, less what of that failed; minor units' })
  givenBack: number;

  @SignedAmount({
    description: 'charged − givenBack, minor units: over all time the balance of the country’s tax account',
  })
  due: number;
}

export const TAX_COLUMNS = [
  'period',
  'country',
  'currency',
  'charged',
  'givenBack',
  'due',
] as const satisfies (keyof TaxRowDto)[];

export class TaxReportDto {
  @Choice(CALENDAR_GROUPS, { description: 'What `period` is' })
  groupBy: CalendarGroup;

  @TimeZone({ description: 'Zone whose days are meant' })
  timeZone: string;

  @ListOf(() => TaxRowDto, { description: 'By period, country and currency' })
  rows: TaxRowDto[];
}
