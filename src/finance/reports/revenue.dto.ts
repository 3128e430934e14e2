import {
  Amount,
  Choice,
  Currency,
  ListOf,
  Moment,
  SignedAmount,
  Text,
  TimeZone,
  Whole,
} from '../../platform/http/index.js';

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
    description: 'Paid by buyers, from outside or out of their wallets, minor units',
  })
  gross: number;

  @SignedAmount({
    description: 'Given back by refunds and lost disputes in this time; less what of that failed. Minor units',
  })
  refunded: number;

  @SignedAmount({
    description: 'Tax in what is left, minor units: gross − refunded is tax, share and revenue together',
  })
  tax: number;

  @SignedAmount({ description: "Instructors' share of it, minor units" })
  instructorShare: number;

  @SignedAmount({ description: 'Our revenue of it, minor units' })
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
