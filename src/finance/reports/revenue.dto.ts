import { Amount, Choice, Currency, ListOf, SignedAmount, Text, TimeZone, Whole } from '../../platform/http/index.js';
import { CALENDAR_GROUPS } from './period.js';
import { CalendarPeriodQuery } from './period.dto.js';

const REVENUE_GROUPS = [...CALENDAR_GROUPS, 'type', 'provider', 'course', 'instructor', 'branch'] as const;
export type RevenueGroup = (typeof REVENUE_GROUPS)[number];

export class RevenueQuery extends CalendarPeriodQuery {
  @Choice(REVENUE_GROUPS, { description: 'One row for each of these; `day` unless told otherwise', optional: true })
  groupBy: RevenueGroup = 'day';
}

export class RevenueRowDto {
  @Text({
    description:
      'The day (`2026-11-21`), ISO week (`2026-W47`) or month (`2026-11`); the kind of what is sold (`course`, `package`, `session`); the ' +
      'provider, for seats `WALLET`, `CASH` or `PACKAGE`; or the id of the course, of the payee or teacher, of the branch; `none` for what ' +
      'has no such thing',
  })
  key: string;

  @Currency({ description: 'Currency of the amounts' })
  currency: string;

  @Whole({ description: 'Number of sales: payments for courses and packages, and seats paid by wallet or cash' })
  sales: number;

  @Amount({ description: 'Paid by buyers in this time, from outside, in cash or out of their wallets; minor units' })
  received: number;

  @SignedAmount({
    description:
      'Given back in this time by refunds, lost disputes and seats given back; less what of that failed. Minor units. ' +
      'received − refunded = tax + instructorShare + earned + deferred − losses, always',
  })
  refunded: number;

  @SignedAmount({ description: 'Tax in what is left, minor units' })
  tax: number;

  @SignedAmount({ description: "Instructors' share of it, minor units" })
  instructorShare: number;

  @SignedAmount({ description: 'What became revenue in this time, whenever it was paid; minor units' })
  earned: number;

  @SignedAmount({
    description:
      'By how much what is paid and not yet delivered has grown; below 0 when more was delivered than sold. Minor units',
  })
  deferred: number;

  @SignedAmount({ description: 'What lost disputes took beyond what was left of their sale: a cost, minor units' })
  losses: number;
}

export const REVENUE_COLUMNS = [
  'key',
  'currency',
  'sales',
  'received',
  'refunded',
  'tax',
  'instructorShare',
  'earned',
  'deferred',
  'losses',
] as const satisfies (keyof RevenueRowDto)[];

export class RevenueReportDto {
  @Choice(REVENUE_GROUPS, { description: 'What the rows stand for' })
  groupBy: RevenueGroup;

  @TimeZone({ description: 'Zone whose days are meant' })
  timeZone: string;

  @ListOf(() => RevenueRowDto, { description: 'By key, then currency' })
  rows: RevenueRowDto[];
}
