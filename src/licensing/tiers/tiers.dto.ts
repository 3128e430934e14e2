import { Amount, Choice, Currency, ListOf, Text, Whole } from '../../platform/http/index.js';
import { IncludedDto } from '../../enrollments/index.js';
import { BRAND_PARTS, type BrandPart } from './tiers.js';

export class TierPriceDto {
  @Currency({ description: 'Currency of the amount' })
  currency: string;

  @Amount({
    description: 'Of one seat for one month, minor units; tax is added to it, or in it where prices are inclusive',
    min: 1,
  })
  perSeatAndMonth: number;
}

export class TierDto extends IncludedDto {
  @Text({ description: 'Id, such as `BUSINESS`', max: 40 })
  id: string;

  @Whole({ description: 'The most seats of one licence' })
  mostSeats: number;

  @Whole({ description: 'How many domains one licence may be activated on at once' })
  mostDomains: number;

  @Choice(BRAND_PARTS, {
    description: "What of the school's looks an organization may replace by its own",
    isArray: true,
  })
  branding: BrandPart[];

  @ListOf(() => TierPriceDto, { description: 'What it costs, in each currency that it is sold in' })
  prices: TierPriceDto[];
}
