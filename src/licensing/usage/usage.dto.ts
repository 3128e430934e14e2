import { IdOf, ListOf, PageQuery, Text, Whole } from '../../platform/http/index.js';

const month = { pattern: /^20\d\d-(0[1-9]|1[0-2])$/, wanted: 'a month of 2000 to 2099, such as 2026-11' };

export class UsageQuery extends PageQuery {
  @IdOf('license', { description: 'Only of this licence', optional: true })
  licenseId?: string;

  @Text({ description: 'First month, in UTC; eleven before the last unless told', optional: true, ...month })
  from?: string;

  @Text({ description: 'Last month, in UTC; this one unless told', optional: true, ...month })
  until?: string;
}

export class MonthUsageDto {
  @Text({ description: 'The month, in UTC', ...month })
  month: string;

  @Whole({ description: 'How many people had a seat at some moment of it' })
  seatsHeld: number;

  @Whole({ description: 'How many of those who had one learnt in it' })
  activeUsers: number;

  @Whole({ description: "How many times one of them completed a course of the licence's tier in it" })
  completions: number;
}

export class UsageDto {
  @IdOf('license', { description: 'The licence' })
  licenseId: string;

  @IdOf('organization', { description: 'Whose it is' })
  organizationId: string;

  @Text({ description: 'Its tier, such as `BUSINESS`' })
  tier: string;

  @Whole({ description: 'Seats that are paid for now' })
  seats: number;

  @ListOf(() => MonthUsageDto, { description: 'The months, oldest first' })
  months: MonthUsageDto[];
}
