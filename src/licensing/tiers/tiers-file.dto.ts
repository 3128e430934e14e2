import { ArrayUnique, IsArray, IsIn } from 'class-validator';
import { CoursesIncluded, FeaturesIncluded } from '../../enrollments/index.js';
import { Amount, Currency, ListOf, Text, Whole } from '../../platform/http/index.js';
import { BRAND_PARTS, type BrandPart } from './tiers.js';

class TierPriceFields {
  @Currency({ description: 'Currency of the amount' })
  currency: string;

  @Amount({ description: 'Of one seat for one month, minor units, without what tax adds', min: 1 })
  perSeatAndMonth: number;
}

/** A tier as the file has it. */
export class TierFields {
  @Text({
    description: 'Id',
    max: 40,
    pattern: /^[A-Z][A-Z0-9_]*$/,
    wanted: 'capitals, digits and underscores, such as BUSINESS',
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

  @Whole({ description: 'Seats of one licence', min: 1, max: 1_000_000 })
  mostSeats: number;

  @Whole({ description: 'Domains that one licence may be activated on at once; 0 for none', max: 1000 })
  mostDomains: number;

  /** What of the school's looks an organization may replace by its own. */
  @IsArray()
  @ArrayUnique()
  @IsIn(BRAND_PARTS, { each: true })
  branding: BrandPart[];

  @ListOf(() => TierPriceFields, { description: 'What it costs', max: 200 })
  prices: TierPriceFields[];
}

export class TiersFields {
  @ListOf(() => TierFields, { description: 'The tiers', max: 50 })
  tiers: TierFields[];
}
