import { Transform } from 'class-transformer';
import { Amount, Currency, Decimal, Flag, Text } from '../../platform/http/index.js';

/** Leaves room for any tax below what a JSON number holds exactly. */
const MAX_AMOUNT = 1_000_000_000_000_000;

/** Only digits become a number: `Number()` would also take "", "1e3" and "12.0", which an amount is not. */
const digits = Transform(({ value }: { value: unknown }) =>
  typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value,
);

export class TaxQuoteQuery {
  @digits
  @Amount({ description: 'Price, minor units; without tax unless `inclusive`', max: MAX_AMOUNT })
  amount: number;

  @Currency({ description: 'Currency of the price' })
  currency: string;

  @Text({
    description:
      'Where the buyer is, ISO 3166-1 alpha-2 in any case; `UK` is `GB`. Without it the default rate applies.',
    optional: true,
    pattern: /^[A-Za-z]{2}$/,
    wanted: 'a country in two letters, such as DE',
    example: 'CA',
  })
  country?: string;

  @Text({
    description: "State or province within `country`, in any case; one without a rate of its own has the country's",
    optional: true,
    pattern: /^[A-Za-z0-9]{1,3}$/,
    wanted: 'one to three letters or digits, such as QC',
    example: 'QC',
  })
  region?: string;

  @Flag({
    description: 'Whether the price holds the tax already; as configured for all sales when left out',
    optional: true,
    query: true,
  })
  inclusive?: boolean;
}

export class TaxQuoteDto {
  @Amount({ description: 'The price asked about, minor units' })
  amount: number;

  @Amount({ description: 'Without tax, minor units' })
  net: number;

  @Amount({ description: 'Tax, minor units, rounded half away from zero; `net` and `tax` sum to `total`' })
  tax: number;

  @Amount({ description: 'What a buyer pays, minor units' })
  total: number;

  @Currency({ description: 'Currency of the amounts' })
  currency: string;

  @Decimal({ description: 'Per cent of `net`, with up to four decimals', example: 14.975 })
  rate: number;

  @Text({ description: 'The country as an ISO code in capitals; null when none was given', nullable: true })
  country: string | null;

  @Text({ description: 'The region, when the rate is its own', nullable: true })
  region: string | null;

  @Flag({ description: 'Whether `amount` holds the tax' })
  inclusive: boolean;
}
