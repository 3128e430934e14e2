import { PaymentProvider } from '../../platform/database/index.js';
import { Amount, Choice, Currency, ListOf, Text, TimeZone, Whole } from '../../platform/http/index.js';
import { CALENDAR_GROUPS, type CalendarGroup } from './period.js';
import { CalendarPeriodQuery } from './period.dto.js';

export class PayoutsReportQuery extends CalendarPeriodQuery {
  @Choice(CALENDAR_GROUPS, {
    description: 'One row for each of these, provider and currency; `month` unless told otherwise',
    optional: true,
  })
  groupBy: CalendarGroup = 'month';
}

class PayoutsReportRowDto {
  @Text({
    description: 'The day (`2026-11-21`), ISO week (`2026-W47`) or month (`2026-11`) in which they were asked for',
  })
  period: string;

  @Choice(PaymentProvider, { description: 'By whom' })
  provider: PaymentProvider;

  @Currency({ description: 'Currency of the amounts' })
  currency: string;

  @Whole({ description: 'Payouts asked for in this time' })
  count: number;

  @Amount({ description: 'All of them: the sum of the five below. Minor units' })
  asked: number;

  @Amount({ description: 'Of that, what waits for a second admin; minor units' })
  waiting: number;

  @Amount({ description: 'What is on its way, minor units' })
  inTransit: number;

  @Amount({ description: 'What was paid, minor units' })
  paid: number;

  @Amount({ description: 'What an admin refused, minor units' })
  rejected: number;

  @Amount({ description: 'What failed or came back, minor units' })
  failed: number;
}

export const PAYOUTS_COLUMNS = [
  'period',
  'provider',
  'currency',
  'count',
  'asked',
  'waiting',
  'inTransit',
  'paid',
  'rejected',
  'failed',
] as const satisfies (keyof PayoutsReportRowDto)[];

export class PayoutsReportDto {
  @Choice(CALENDAR_GROUPS, { description: 'What `period` is' })
  groupBy: CalendarGroup;

  @TimeZone({ description: 'Zone whose days are meant' })
  timeZone: string;

  @ListOf(() => PayoutsReportRowDto, { description: 'By period, provider and currency' })
  rows: PayoutsReportRowDto[];
}
