import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Settings } from '../../platform/config/index.js';
import type { Money } from '../../platform/money/index.js';
import { countryAliases, TAX_TABLE, type TaxRow, type TaxTable, WHOLE_IN_MILLIONTHS } from './tax-table.js';

export interface TaxableSale {
  /** Without tax, or with it where prices are inclusive; after any discount. */
  readonly amount: Money;
  /** ISO 3166-1 alpha-2 in any case; `UK` is `GB`. */
  readonly country?: string;
  /** State or province within the country, in any case, such as `QC`. */
  readonly region?: string;
  /** When it is sold; now unless told otherwise. */
  readonly at?: Date;
  /** Whether the amount holds the tax already; as configured unless told otherwise. */
  readonly inclusive?: boolean;
}

export interface CalculatedTax {
  /** `net` and `tax` always sum to `total`. */
  readonly net: Money;
  readonly tax: Money;
  readonly total: Money;
  /** Basis points, with up to two decimals: 1497.5 is 14.975 %. */
  readonly rate: number;
  /** ISO code of the country that the tax is owed in, listed or not; null when none was given. */
  readonly country: string | null;
  /** Only when the rate is the region's own. */
  readonly region: string | null;
  readonly inclusive: boolean;
  /** Whether the place is listed, with whatever rate, or was taxed at `DEFAULT_TAX_RATE`. */
  readonly source: 'TABLE' | 'DEFAULT';
}

/** The tax on a sale, by where the buyer is and when it is sold. */
@Injectable()
export class CalculateTax {
  constructor(
    private readonly settings: Settings,
    private readonly clock: Clock,
    @Inject(TAX_TABLE) private readonly table: TaxTable,
  ) {}

  /** @throws RangeError for a negative amount: what goes back to a buyer is part of the tax that was stored, not a sale. */
  execute(sale: TaxableSale): CalculatedTax {
    const { amount, at = this.clock.now(), inclusive = this.settings.TAX_INCLUSIVE } = sale;
    if (amount.isNegative()) throw new RangeError(`no tax on a negative amount: ${amount.toString()}`);
    const country = sale.country ? isoCode(sale.country) : null;
    const row = this.rowAt(country, sale.region?.toUpperCase(), at.toISOString().slice(0, 10));
    // Not `||`: a listed zero is zero, and only what is not listed has the default.
    const millionths = row?.millionths ?? Math.round(this.settings.DEFAULT_TAX_RATE * 10_000);
    return {
      ...(inclusive ? contained(amount, millionths) : added(amount, millionths)),
      rate: millionths / 100,
      country,
      region: row?.region ?? null,
      inclusive,
      source: row ? 'TABLE' : 'DEFAULT',
    };
  }

  /** The region's own row, else the country's. */
  private rowAt(country: string | null, region: string | undefined, day: string): TaxRow | undefined {
    const valid = this.table
      .filter((row) => row.country === country && row.from <= day && (row.until === undefined || day < row.until))
      .toSorted((a, b) => b.from.localeCompare(a.from));
    const own = region && valid.find((row) => row.region === region);
    return own || valid.find((row) => row.region === undefined);
  }
}

/** ISO 3166-1 alpha-2, in capitals; `UK` is `GB`. */
export function isoCode(country: string): string {
  const code = country.toUpperCase();
  return countryAliases.get(code) ?? code;
}

function added(net: Money, millionths: number): { net: Money; tax: Money; total: Money } {
  const tax = net.times(BigInt(millionths), BigInt(WHOLE_IN_MILLIONTHS));
  return { net, tax, total: net.plus(tax) };
}

function contained(total: Money, millionths: number): { net: Money; tax: Money; total: Money } {
  const tax = total.times(BigInt(millionths), BigInt(WHOLE_IN_MILLIONTHS + millionths));
  return { net: total.minus(tax), tax, total };
}
