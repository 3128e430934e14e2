import { Choice, Currency, ListOf, Text, Whole } from '../../platform/http/index.js';
import { MEASURES, type Measure } from './measures.js';

class MeasureRowDto {
  @Choice(MEASURES, { description: 'What is measured; shares are in basis points, rounded down' })
  measure: Measure;

  @Text({
    description: 'Of what: the provider, the id of the branch, or the code of the coupon; null for all together',
    nullable: true,
  })
  key: string | null;

  @Currency({ description: 'Currency of an amount; null for a number', nullable: true })
  currency: string | null;

  @Whole({ description: 'The number, the amount in minor units, or the share in basis points' })
  value: number;
}

export const MEASURE_COLUMNS = ['measure', 'key', 'currency', 'value'] as const satisfies (keyof MeasureRowDto)[];

export class MeasuresReportDto {
  @ListOf(() => MeasureRowDto, { description: 'By measure, key and currency' })
  rows: MeasureRowDto[];
}
