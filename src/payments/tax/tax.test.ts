import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Clock } from '../../platform/clock/index.js';
import { readSettings, type Settings } from '../../platform/config/index.js';
import { Money } from '../../platform/money/index.js';
import { CalculateTax, type TaxableSale } from './calculate-tax.js';
import { standardRates, type TaxRow, type TaxTable } from './tax-table.js';

const settings = (environment: Record<string, string> = {}): Settings =>
  readSettings({ DATABASE_URL: 'postgresql://bursar_app:secret@127.0.0.1:5432/bursar', ...environment });

const calculator = (environment?: Record<string, string>, table: TaxTable = standardRates, clock = new Clock()) =>
  new CalculateTax(settings(environment), clock, table);

/** What a sale comes to: [net, tax, total] in minor units. */
function figures(sale: TaxableSale, by = calculator()): number[] {
  const { net, tax, total } = by.execute(sale);
  expect(new Set([net.currency, tax.currency, total.currency])).toEqual(new Set([sale.amount.currency]));
  return [net, tax, total].map((part) => Number(part.minor));
}

const rateOf = (country?: string, region?: string, by = calculator({ DEFAULT_TAX_RATE: '7.1234' })) => {
  const { rate, source } = by.execute({ amount: Money.of(100, 'USD'), country, region });
  return [rate, source];
};

describe('tax on top of a price', () => {
  it.each<[number, string, string | undefined, string | undefined, number, number]>([
    [9999, 'USD', 'US', undefined, 0, 9999],
    [9999, 'CAD', 'CA', undefined, 1300, 11_299],
    [9999, 'CAD', 'CA', 'AB', 500, 10_499],
    [9999, 'CAD', 'CA', 'QC', 1497, 11_496],
    [10_000, 'CAD', 'CA', 'QC', 1498, 11_498],
    [9999, 'AUD', 'AU', undefined, 1000, 10_999],
    [9999, 'GBP', 'GB', undefined, 2000, 11_999],
    [9999, 'EUR', 'DE', undefined, 1900, 11_899],
    [9999, 'EUR', 'FR', undefined, 2300, 12_299],
    // Halves: 0.5 of a cent, of a yen and of a fils.
    [5, 'AUD', 'AU', undefined, 1, 6],
    [4, 'AUD', 'AU', undefined, 0, 4],
    [15, 'JPY', 'AU', undefined, 2, 17],
    [500, 'JPY', 'DE', undefined, 95, 595],
    [499, 'JPY', 'DE', undefined, 95, 594],
    [12_345, 'KWD', 'DE', undefined, 2346, 14_691],
    [1, 'KWD', 'GB', undefined, 0, 1],
    [0, 'USD', 'GB', undefined, 0, 0],
  ])('%d %s in %s %s: %d, together %d', (minor, currency, country, region, tax, total) => {
    expect(figures({ amount: Money.of(minor, currency), country, region })).toEqual([minor, tax, total]);
  });
});

describe('tax within a price', () => {
  it.each<[number, string, string, string | undefined, number, number]>([
    [9999, 'USD', 'US', undefined, 9999, 0],
    [11_900, 'EUR', 'DE', undefined, 10_000, 1900],
    [9999, 'EUR', 'DE', undefined, 8403, 1596],
    [9999, 'GBP', 'UK', undefined, 8332, 1667],
    [11_498, 'CAD', 'CA', 'QC', 10_000, 1498],
    [500, 'JPY', 'DE', undefined, 420, 80],
    [3, 'JPY', 'GB', undefined, 2, 1],
    [12_345, 'KWD', 'FR', undefined, 10_037, 2308],
    [0, 'USD', 'GB', undefined, 0, 0],
  ])('%d %s in %s %s: %d and %d', (minor, currency, country, region, net, tax) => {
    const sale = { amount: Money.of(minor, currency), country, region };
    expect(figures(sale, calculator({ TAX_INCLUSIVE: 'true' }))).toEqual([net, tax, minor]);
    expect(figures({ ...sale, inclusive: true })).toEqual([net, tax, minor]);
  });

  it('is what the setting says, unless the sale says otherwise', () => {
    const sale = { amount: Money.of(1200, 'GBP'), country: 'GB' };
    const inclusive = calculator({ TAX_INCLUSIVE: 'true' });
    expect(calculator().execute(sale)).toMatchObject({ inclusive: false, total: { minor: 1440n } });
    expect(inclusive.execute(sale)).toMatchObject({ inclusive: true, total: { minor: 1200n } });
    expect(inclusive.execute({ ...sale, inclusive: false })).toMatchObject({
      inclusive: false,
      total: { minor: 1440n },
    });
  });
});

describe('of any amount at any rate', () => {
  const amount = fc
    .tuple(fc.bigInt({ min: 0n, max: 10n ** 15n }), fc.constantFrom('JPY', 'USD', 'KWD', 'MRU'))
    .map(([minor, currency]) => Money.of(minor, currency));
  const millionths = fc.integer({ min: 0, max: 1_000_000 });
  const at = (rate: number) => calculator({}, [{ country: 'XA', millionths: rate, from: '2000-01-01' }]);

  it('net and tax sum to the total, none of them is negative, and the amount is the net or the total', () => {
    fc.assert(
      fc.property(amount, millionths, fc.boolean(), (given, rate, inclusive) => {
        const { net, tax, total } = at(rate).execute({ amount: given, country: 'XA', inclusive });
        expect(net.plus(tax).equals(total)).toBe(true);
        expect([net, tax, total].some((part) => part.isNegative())).toBe(false);
        expect((inclusive ? total : net).equals(given)).toBe(true);
      }),
    );
  });

  it('the tax put on a price is the tax found in their sum', () => {
    fc.assert(
      fc.property(amount, millionths, (given, rate) => {
        const put = at(rate).execute({ amount: given, country: 'XA', inclusive: false });
        const found = at(rate).execute({ amount: put.total, country: 'XA', inclusive: true });
        expect([found.net.minor, found.tax.minor]).toEqual([put.net.minor, put.tax.minor]);
      }),
    );
  });

  it('a negative one is refused', () => {
    expect(() => calculator().execute({ amount: Money.of(-1, 'USD'), country: 'GB' })).toThrow(RangeError);
  });
});

describe('the rate', () => {
  it('of a listed zero is zero, not the default', () => {
    expect(rateOf('US')).toEqual([0, 'TABLE']);
    expect(rateOf('US', 'OR')).toEqual([0, 'TABLE']);
  });

  it('of an unlisted country, or of none, is the default, which is zero unless configured', () => {
    for (const country of ['KE', 'ZZ', undefined, '']) {
      expect(rateOf(country)).toEqual([712.34, 'DEFAULT']);
      expect(rateOf(country, undefined, calculator())).toEqual([0, 'DEFAULT']);
    }
    const sale = { amount: Money.of(1_000_000, 'KES'), country: 'ke' };
    expect(figures(sale, calculator({ DEFAULT_TAX_RATE: '7.1234' }))).toEqual([1_000_000, 71_234, 1_071_234]);
  });

  it.each([
    ['US', 0],
    ['CA', 1300],
    ['AU', 1000],
    ['GB', 2000],
    ['UK', 2000],
    ['DE', 1900],
    ['de', 1900],
    ['uk', 2000],
    ['EL', 2300],
  ])('of %s is %d basis points', (country, rate) => {
    expect(rateOf(country)).toEqual([rate, 'TABLE']);
  });

  const union = 'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' ');
  it.each(union)('of %s in the European Union is 23 %%, only that of Germany its own', (country) => {
    expect(union).toHaveLength(27);
    expect(rateOf(country)).toEqual([country === 'DE' ? 1900 : 2300, 'TABLE']);
  });

  it.each([
    ['AB', 500],
    ['qc', 1497.5],
    ['ON', 1300],
    ['NS', 1400],
    ['ZZ', 1300],
    ['', 1300],
  ])('of the province %s is %d basis points; one that is not listed has the rate of Canada', (region, rate) => {
    expect(rateOf('CA', region)).toEqual([rate, 'TABLE']);
  });

  it('of a region counts only in its own country', () => {
    expect(rateOf('GB', 'QC')).toEqual([2000, 'TABLE']);
    expect(rateOf('KE', 'QC')).toEqual([712.34, 'DEFAULT']);
    expect(rateOf(undefined, 'QC')).toEqual([712.34, 'DEFAULT']);
  });
});

it('the place answered is the one that the rate is of, by ISO code', () => {
  const place = (country?: string, region?: string) => {
    const tax = calculator().execute({ amount: Money.of(100, 'USD'), country, region });
    return [tax.country, tax.region];
  };
  expect(place('uk')).toEqual(['GB', null]);
  expect(place('ca', 'qc')).toEqual(['CA', 'QC']);
  expect(place('us', 'tx')).toEqual(['US', null]);
  expect(place('ke')).toEqual(['KE', null]);
  expect(place()).toEqual([null, null]);
});

describe('a change of a rate', () => {
  const table: TaxTable = [
    { country: 'XA', millionths: 160_000, from: '2020-07-01', until: '2021-01-01' },
    { country: 'XA', millionths: 190_000, from: '2007-01-01' },
    { country: 'XA', region: 'N', millionths: 50_000, from: '2020-10-01' },
    { country: 'XB', millionths: 100_000, from: '2020-01-01' },
    { country: 'XB', millionths: 0, from: '2021-01-01', until: '2022-01-01' },
    { country: 'XC', millionths: 100_000, from: '2020-01-01', until: '2021-01-01' },
  ];
  const rateAt = (moment: string, country: string, region?: string) => {
    const sale = { amount: Money.of(100, 'EUR'), country, region, at: new Date(moment) };
    return calculator({ DEFAULT_TAX_RATE: '7' }, table).execute(sale).rate;
  };

  it.each([
    ['before the first row', '2006-12-31T23:59:59.999Z', 'XA', undefined, 700],
    ['from the first day on', '2007-01-01T00:00:00.000Z', 'XA', undefined, 1900],
    ['until the last moment before', '2020-06-30T23:59:59.999Z', 'XA', undefined, 1900],
    ['from the first moment of the change', '2020-07-01T00:00:00.000Z', 'XA', undefined, 1600],
    ['to the end of a passing change', '2020-12-31T23:59:59.999Z', 'XA', undefined, 1600],
    ['after it', '2021-01-01T00:00:00.000Z', 'XA', undefined, 1900],
    ['a region before its first row', '2020-09-30T23:59:59.999Z', 'XA', 'N', 1600],
    ['a region from its first day on', '2020-10-01T00:00:00.000Z', 'XA', 'N', 500],
    ['down to zero', '2021-06-01T00:00:00.000Z', 'XB', undefined, 0],
    ['out of the table', '2021-01-01T00:00:00.000Z', 'XC', undefined, 700],
  ])('counts %s', (_, moment, country, region, rate) => {
    expect(rateAt(moment, country, region)).toBe(rate);
  });

  it('counts by the day in UTC, whatever zone the moment was written in', () => {
    expect(rateAt('2020-07-01T01:00:00+02:00', 'XA')).toBe(1900);
    expect(rateAt('2020-06-30T23:00:00-02:00', 'XA')).toBe(1600);
  });

  it('counts by the clock when no moment is given', () => {
    const clock = new (class extends Clock {
      time = '2020-06-30T23:59:59.999Z';
      override now = () => new Date(this.time);
    })();
    const by = calculator({}, table, clock);
    expect(rateOf('XA', undefined, by)).toEqual([1900, 'TABLE']);
    clock.time = '2020-07-01T00:00:00.000Z';
    expect(rateOf('XA', undefined, by)).toEqual([1600, 'TABLE']);
  });

  it("came to Nova Scotia in 2025, and leaves yesterday's sales as they were", () => {
    const sale = { amount: Money.of(10_000, 'CAD'), country: 'CA', region: 'NS' };
    expect(figures({ ...sale, at: new Date('2025-03-31T12:00:00Z') })).toEqual([10_000, 1500, 11_500]);
    expect(figures({ ...sale, at: new Date('2025-04-01T12:00:00Z') })).toEqual([10_000, 1400, 11_400]);
  });
});

describe('the table', () => {
  const place = ({ country, region }: TaxRow) => `${country}-${region ?? ''}`;

  it('is written in ISO codes, whole millionths and days that exist', () => {
    for (const row of standardRates) {
      expect(place(row)).toMatch(/^[A-Z]{2}-([A-Z0-9]{1,3})?$/);
      expect(Number.isInteger(row.millionths) && row.millionths >= 0 && row.millionths <= 1_000_000).toBe(true);
      for (const day of [row.from, row.until ?? row.from]) expect(new Date(day).toISOString().slice(0, 10)).toBe(day);
      expect(row.until === undefined || row.until > row.from).toBe(true);
    }
  });

  it('says one thing of a place on a day, and nothing of a region whose country it does not list', () => {
    const starts = standardRates.map((row) => `${place(row)} ${row.from}`);
    expect(new Set(starts).size).toBe(starts.length);
    const countries = new Set(standardRates.filter((row) => !row.region).map((row) => row.country));
    expect(standardRates.filter((row) => !countries.has(row.country))).toEqual([]);
  });
});

describe('the settings of tax', () => {
  it('are no tax where nothing is listed, on top of prices', () => {
    expect(settings()).toMatchObject({ DEFAULT_TAX_RATE: 0, TAX_INCLUSIVE: false });
  });

  it.each(['0', '16', '7.5', '14.975', '0.0001', '99.9999', '100'])('take %s per cent', (text) => {
    expect(settings({ DEFAULT_TAX_RATE: text }).DEFAULT_TAX_RATE).toBe(Number(text));
  });

  it.each([
    ['DEFAULT_TAX_RATE', '-1'],
    ['DEFAULT_TAX_RATE', '100.0001'],
    ['DEFAULT_TAX_RATE', '7.12345'],
    ['DEFAULT_TAX_RATE', '0.0000001'],
    ['DEFAULT_TAX_RATE', '16 %'],
    ['DEFAULT_TAX_RATE', 'Infinity'],
    ['TAX_INCLUSIVE', 'yes'],
  ])('refuse %s=%s', (variable, text) => {
    expect(() => settings({ [variable]: text })).toThrow(variable);
  });
});
