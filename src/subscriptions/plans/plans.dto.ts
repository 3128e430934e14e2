import { IncludedDto } from '../../enrollments/index.js';
import { BillingPeriod } from '../../platform/database/index.js';
import { Amount, Choice, Currency, ListOf, Text, Whole } from '../../platform/http/index.js';

export class PlanPriceDto {
  @Choice(BillingPeriod, { description: 'For each month or each year' })
  period: BillingPeriod;

  @Currency({ description: 'Currency of the amount' })
  currency: string;

  @Amount({ description: 'Minor units; tax is added to it, or in it where prices are inclusive', min: 1 })
  amount: number;
}

export class PlanDto extends IncludedDto {
  @Text({ description: 'Id, such as `PRO`', max: 40 })
  id: string;

  @Whole({ description: 'Days of a trial; 0 without one' })
  trialDays: number;

  @ListOf(() => PlanPriceDto, { description: 'What it costs; empty for the free one' })
  prices: PlanPriceDto[];
}

export class PlansDto {
  @ListOf(() => PlanDto, { description: 'In rising order; the first is free, and that of everybody who has no other' })
  plans: PlanDto[];
}
