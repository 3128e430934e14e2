import fc from 'fast-check';

/* What admins, banks and people at the provider's dashboard do to one payment, as data. */

export type Destination = 'ORIGINAL' | 'WALLET';

export interface Terms {
  price: number;
  currency: 'USD' | 'EUR' | 'JPY';
  /** Decides the tax. */
  country: string;
  shareBasisPoints: number;
  /** Refunds stay pending at the provider until they are finished. */
  slow: boolean;
}

/** `share` is in per cent of the total, and at least one unit. */
export type Action =
  | { kind: 'refund'; share: number; destination: Destination }
  | { kind: 'unit'; destination: Destination }
  | { kind: 'rest'; destination: Destination }
  /** Several of the same amount at once, by both ways in turn. */
  | { kind: 'together'; share: number; count: number }
  | { kind: 'dashboard'; share: number }
  | { kind: 'finish'; refund: number }
  | { kind: 'fail'; refund: number }
  /** Of what is left with the provider. */
  | { kind: 'dispute'; share: number; inquiry: boolean }
  /** For the school: an inquiry is closed, a dispute won. Against it: an inquiry becomes a dispute, a dispute is lost. */
  | { kind: 'decide'; forSchool: boolean };

const destination = fc.constantFrom<Destination>('ORIGINAL', 'WALLET');
const share = fc.constantFrom(1, 1, 3, 7, 10, 10, 20, 33, 50, 100, 110);
/** Taken modulo how many there are. */
const pick = fc.nat(7);

export const terms: fc.Arbitrary<Terms> = fc.record({
  price: fc.oneof(fc.integer({ min: 50, max: 99 }), fc.integer({ min: 100, max: 10_000 })),
  currency: fc.constantFrom('USD', 'EUR', 'JPY'),
  country: fc.constantFrom('US', 'DE', 'GB', 'CA', 'FR', 'AU'),
  shareBasisPoints: fc.oneof(fc.constantFrom(0, 3333, 7000, 10_000), fc.nat(10_000)),
  slow: fc.boolean(),
});

export const actions: fc.Arbitrary<Action>[] = [
  fc.record({ kind: fc.constant('refund'), share, destination }),
  fc.record({ kind: fc.constant('unit'), destination }),
  fc.record({ kind: fc.constant('rest'), destination }),
  fc.record({ kind: fc.constant('together'), share, count: fc.integer({ min: 2, max: 6 }) }),
  fc.record({ kind: fc.constant('dashboard'), share }),
  fc.record({ kind: fc.constant('finish'), refund: pick }),
  fc.record({ kind: fc.constant('fail'), refund: pick }),
  fc.record({ kind: fc.constant('dispute'), share, inquiry: fc.boolean() }),
  fc.record({ kind: fc.constant('decide'), forSchool: fc.boolean() }),
];
