import { CoursesIncluded, FeaturesIncluded } from '../../enrollments/index.js';
import { BillingPeriod } from '../../platform/database/index.js';
import { Amount, Choice, Currency, ListOf, Text, Whole } from '../../platform/http/index.js';

const mostDays = 730;

export class PlanPriceFields {
  @Choice(BillingPeriod, { description: 'For each month or each year' })
  period: BillingPeriod;

  @Currency({ description: 'Currency of the amount' })
  currency: string;

  @Amount({ description: 'Minor units, without what tax adds', min: 1 })
  amount: number;
}

/** A plan as the file has it. */
export class PlanFields {
  @Text({
    description: 'Id',
    max: 40,
    pattern: /^[A-Z][A-Z0-9_]*$/,
    wanted: 'capitals, digits and underscores, such as PRO',
  })
  id: string;

  @Text({ description: 'Name', max: 60 })
  name: string;

  @Text({ description: 'What it is', max: 500 })
  description: string;

  @FeaturesIncluded()
  features: string[];

  @CoursesIncluded()
  courses: 'ALL' | string[];

  @Whole({ description: 'Length of a trial', optional: true, max: mostDays })
  trialDays?: number;

  @ListOf(() => PlanPriceFields, { description: 'What it costs', optional: true })
  prices?: PlanPriceFields[];
}

export class PlansFields {
  @ListOf(() => PlanFields, { description: 'In rising order', max: 50 })
  plans: PlanFields[];
}
