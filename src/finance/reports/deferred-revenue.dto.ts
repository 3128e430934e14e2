import { Currency, ListOf, SignedAmount, Text } from '../../platform/http/index.js';

class DeferredRevenueRowDto {
  @Text({
    description: 'What is owed in service: `packages` (credits not used yet) or `sessions` (seats not held yet)',
  })
  stream: string;

  @Currency({ description: 'Currency of the amounts' })
  currency: string;

  @SignedAmount({
    description:
      'Deferred when the period begins, minor units. opening + added − recognised + moved − returned = closing, always',
  })
  opening: number;

  @SignedAmount({ description: 'Came in by sales, minor units' })
  added: number;

  @SignedAmount({ description: 'Went to revenue, less what came back from it; minor units' })
  recognised: number;

  @SignedAmount({
    description: 'Came from another stream, less what went to one; minor units. All streams together: 0',
  })
  moved: number;

  @SignedAmount({
    description: 'Went back by refunds, lost disputes and seats given back, less what of that failed; minor units',
  })
  returned: number;

  @SignedAmount({
    description: 'Deferred when the period ends, minor units: the balance of the account when that is now',
  })
  closing: number;
}

export const DEFERRED_REVENUE_COLUMNS = [
  'stream',
  'currency',
  'opening',
  'added',
  'recognised',
  'moved',
  'returned',
  'closing',
] as const satisfies (keyof DeferredRevenueRowDto)[];

export class DeferredRevenueReportDto {
  @ListOf(() => DeferredRevenueRowDto, { description: 'By stream, then currency' })
  rows: DeferredRevenueRowDto[];
}
