import { Amount, Choice, Currency, Moment, Text, TimeZone, Whole, ListOf } from '../../platform/http/index.js';

export const REVENUE_GROUPS = ['day', 'course', 'provider'] as const;
export type RevenueGroup = (typeof REVENUE_GROUPS)[number];

export class RevenueQuery {
  @Choice(REVENUE_GROUPS, { description: 'One row for each of these; `day` unless told otherwise', optional: true })
  groupBy: RevenueGroup = 'day';

  @Moment({ description: 'From this moment on', optional: true })
  from?: string;

  @Moment({ description: 'Before this moment', optional: true })
  to?: string;

  @TimeZone({ description: 'Zone whose days are meant; UTC unless told otherwise', optional: true })
  timeZone: string = 'UTC';
}

export class RevenueRowDto {
  @Text({ description: 'The day (YYYY-MM-DD), the course id, or the provider' })
  key: string;

  @Currency({ description: 'Currency of the amounts' })
  currency: string;

  @Whole({ description: 'Number of sales' })
  sales: number;

  @Amount({
    description: 'Paid by buyers, from outside or out of their wallets, minor units: tax, share and revenue together',
  })
  gross: number;

  @Amount({ description: 'Of it, tax, minor units' })
  tax: number;

  @Amount({ description: "Instructors' share, minor units" })
  instructorShare: number;

  @Amount({ description: 'Our revenue, minor units' })
  revenue: number;
}

export class RevenueReportDto {
  @Choice(REVENUE_GROUPS, { description: 'What the rows stand for' })
  groupBy: RevenueGroup;

  @TimeZone({ description: 'Zone whose days are meant' })
  timeZone: string;

  @ListOf(() => RevenueRowDto, { description: 'By key, then currency' })
  rows: RevenueRowDto[];
}
