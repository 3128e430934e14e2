import fc from 'fast-check';

/* What buyers, banks, admins and an instructor do to what the instructor has earned, as data. */

export type Currency = 'USD' | 'EUR' | 'JPY' | 'KES';

/** One instructor's life: paid by Stripe, or, in shillings, on the phone. */
export interface Life {
  readonly currency: Currency;
  /** Whether prices hold the tax. */
  readonly inclusive: boolean;
  readonly actions: readonly Action[];
}

/** Millionths of what is taxed, by where the buyer is. */
export const RATES = { US: 0, DE: 190_000, GB: 200_000, CA: 130_000, AU: 100_000 } as const;
/** What coupons take off, in basis points, by their codes. */
export const COUPONS = { HALF: 5_000, THIRD: 3_333, SLIVER: 137 } as const;

export interface SaleTerms {
  readonly price: number;
  readonly country: keyof typeof RATES;
  readonly coupon?: keyof typeof COUPONS;
  /** Of the course from now on. */
  readonly basisPoints: number;
}

/** What becomes of money that is sent to an instructor: it waits as long as nobody says otherwise. */
export type Fate = 'paid' | 'fails' | 'waits';

/** `sale`, `refund`, `dispute` and `payout` are taken modulo how many there are that it can be done to; `percent` is at least one unit. */
export type Action =
  | { kind: 'sell'; terms: SaleTerms }
  | { kind: 'refund'; sale: number; percent: number }
  | { kind: 'failRefund'; refund: number }
  | { kind: 'dispute'; sale: number; percent: number }
  | { kind: 'decide'; dispute: number; forSchool: boolean }
  | { kind: 'appeal'; dispute: number }
  /** The hold period of all that was sold so far is over. */
  | { kind: 'hold' }
  /** All there is, unless a part is asked for. */
  | { kind: 'payOut'; percent: number | undefined; fate: Fate }
  | { kind: 'approve'; payout: number; yes: boolean; fate: Fate }
  /** It is known at last what became of one that waits. */
  | { kind: 'settle'; payout: number; fate: 'paid' | 'fails' }
  | { kind: 'sendBack'; payout: number }
  /** What comes from now on is told of by itself. */
  | { kind: 'period' };

const nth = fc.nat(7);
const percent = fc.constantFrom(1, 10, 33, 50, 100, 100, 110);
const fate = fc.constantFrom<Fate>('paid', 'paid', 'paid', 'fails', 'waits');

const terms: fc.Arbitrary<SaleTerms> = fc.record({
  price: fc.oneof(fc.integer({ min: 100, max: 199 }), fc.integer({ min: 200, max: 10_000 })),
  country: fc.constantFrom<keyof typeof RATES>('US', 'DE', 'GB', 'CA', 'AU'),
  coupon: fc.option(fc.constantFrom<keyof typeof COUPONS>('HALF', 'THIRD', 'SLIVER'), { nil: undefined }),
  basisPoints: fc.oneof(fc.constantFrom(0, 3_333, 7_000, 10_000), fc.nat(10_000), fc.nat(10_000)),
});

const sell = fc.record({ kind: fc.constant('sell'), terms });

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: sell },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('hold') }) },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('payOut'),
      percent: fc.option(percent, { nil: undefined, freq: 1 }),
      fate,
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('approve'), payout: nth, yes: fc.constantFrom(true, true, false), fate }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('settle'),
      payout: nth,
      fate: fc.constantFrom<'paid' | 'fails'>('paid', 'fails'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('sendBack'), payout: nth }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('refund'), sale: nth, percent }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('failRefund'), refund: nth }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('dispute'), sale: nth, percent }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('decide'), dispute: nth, forSchool: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('appeal'), dispute: nth }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('period') }) },
);

/** What cannot be done where it comes is left out. */
export const life: fc.Arbitrary<Life> = fc.record({
  currency: fc.constantFrom<Currency>('USD', 'EUR', 'JPY', 'KES'),
  inclusive: fc.boolean(),
  actions: fc.tuple(sell, fc.array(action, { minLength: 30, maxLength: 40 })).map(([first, then]) => [first, ...then]),
});
