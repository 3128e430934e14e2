/** What is charged in one place from one day on. A change of a rate is a further row; what has been is never rewritten. */
export interface TaxRow {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** The second half of an ISO 3166-2 code, such as `QC`. Its rate is all that is due there, and replaces the country's. */
  readonly region?: string;
  /**
   * Millionths of the net amount: 190 000 is 19 %. Percentages are basis points elsewhere, but Québec's 14.975 % is not a
   * whole number of them; a millionth is a hundredth of a basis point.
   */
  readonly millionths: number;
  /** First day, UTC, as YYYY-MM-DD. Of the rows of a place that hold on a day the one that began last counts. */
  readonly from: string;
  /** First day on which it no longer holds: for a passing change, or a place that leaves the table. */
  readonly until?: string;
}

export type TaxTable = readonly TaxRow[];

export const TAX_TABLE = Symbol('tax table');

/** The whole, in millionths. */
export const WHOLE_IN_MILLIONTHS = 1_000_000;

/** Other codes in use for a country: the United Kingdom's reserved one, and Greece's in European VAT. */
export const countryAliases: ReadonlyMap<string, string> = new Map([
  ['UK', 'GB'],
  ['EL', 'GR'],
]);

/** Rates that came without a first day hold for every sale that there can be. */
const ALWAYS = '1970-01-01';

/** Members of the European Union that have no row of their own share one rate. */
const otherMembers = [
  ...['AT', 'BE', 'BG', 'CY', 'CZ', 'DK', 'EE', 'ES', 'FI', 'FR', 'GR', 'HR', 'HU'],
  ...['IE', 'IT', 'LT', 'LU', 'LV', 'MT', 'NL', 'PL', 'PT', 'RO', 'SE', 'SI', 'SK'],
];

/** Federal and provincial tax together: GST alone, GST with a provincial sales tax, or HST. */
const canada: TaxTable = [
  { country: 'CA', millionths: 130_000, from: ALWAYS },
  { country: 'CA', region: 'AB', millionths: 50_000, from: '2008-01-01' },
  { country: 'CA', region: 'NT', millionths: 50_000, from: '2008-01-01' },
  { country: 'CA', region: 'NU', millionths: 50_000, from: '2008-01-01' },
  { country: 'CA', region: 'YT', millionths: 50_000, from: '2008-01-01' },
  { country: 'CA', region: 'BC', millionths: 120_000, from: '2013-04-01' },
  { country: 'CA', region: 'SK', millionths: 110_000, from: '2017-03-23' },
  { country: 'CA', region: 'MB', millionths: 120_000, from: '2019-07-01' },
  { country: 'CA', region: 'QC', millionths: 149_750, from: '2013-01-01' },
  { country: 'CA', region: 'ON', millionths: 130_000, from: '2010-07-01' },
  { country: 'CA', region: 'NB', millionths: 150_000, from: '2016-07-01' },
  { country: 'CA', region: 'NL', millionths: 150_000, from: '2016-07-01' },
  { country: 'CA', region: 'PE', millionths: 150_000, from: '2016-10-01' },
  { country: 'CA', region: 'NS', millionths: 150_000, from: '2010-07-01' },
  { country: 'CA', region: 'NS', millionths: 140_000, from: '2025-04-01' },
];

/**
 * Whether a course is taxed at all differs from state to state, so that only the states without a sales tax have rows: they
 * stay at zero whatever an operator may enter for the country.
 */
const unitedStates: TaxTable = [
  { country: 'US', millionths: 0, from: ALWAYS },
  { country: 'US', region: 'DE', millionths: 0, from: ALWAYS },
  { country: 'US', region: 'MT', millionths: 0, from: ALWAYS },
  { country: 'US', region: 'NH', millionths: 0, from: ALWAYS },
  { country: 'US', region: 'OR', millionths: 0, from: ALWAYS },
];

/** The rates that Bursar comes with. A listed zero is a rate; a country that is not here has `DEFAULT_TAX_RATE`. */
export const standardRates: TaxTable = [
  ...unitedStates,
  ...canada,
  { country: 'AU', millionths: 100_000, from: ALWAYS },
  { country: 'GB', millionths: 200_000, from: ALWAYS },
  { country: 'DE', millionths: 190_000, from: ALWAYS },
  ...otherMembers.map((country) => ({ country, millionths: 230_000, from: ALWAYS })),
];
