import fc from 'fast-check';

/* What people do to wallets, as data: drawn by a property, done by the world, foretold by the model. */

export const CURRENCIES = ['USD', 'EUR'] as const;
export const OWNERS = 3;
/** One course in each currency; few coins, so that running out of money is as common as having it. */
export const COURSE_PRICE = 700;

export type Action =
  | { kind: 'topUp'; owner: number; currency: Currency; amount: number }
  /** Pays a top-up back to where it came from, if the money is still there. */
  | { kind: 'takeBack'; topUp: number }
  | { kind: 'replay'; topUp: number; changed: boolean }
  | { kind: 'hold'; owner: number; currency: Currency; amount: number }
  | { kind: 'holdAgain'; hold: number; changed: boolean }
  /** `share` in per cent of what is held; above 100 is an error. */
  | { kind: 'capture'; hold: number; share: number }
  | { kind: 'release'; hold: number }
  | { kind: 'transfer'; from: number; to: number; currency: Currency; amount: number }
  | { kind: 'buy'; owner: number; currency: Currency }
  | { kind: 'fold' };

export type Currency = (typeof CURRENCIES)[number];

/** How an action ends: `done`, `replayed` (it stood already), or the name of the refusal. */
export type Outcome = string;

const owner = fc.nat(OWNERS - 1);
const currency = fc.constantFrom(...CURRENCIES);
const amount = fc.integer({ min: 1, max: 900 });
/** Taken modulo how many there are. */
const pick = fc.nat(7);

export const actions: fc.Arbitrary<Action>[] = [
  fc.record({ kind: fc.constant('topUp'), owner, currency, amount }),
  fc.record({ kind: fc.constant('takeBack'), topUp: pick }),
  fc.record({ kind: fc.constant('replay'), topUp: pick, changed: fc.boolean() }),
  fc.record({ kind: fc.constant('hold'), owner, currency, amount }),
  fc.record({ kind: fc.constant('holdAgain'), hold: pick, changed: fc.boolean() }),
  fc.record({ kind: fc.constant('capture'), hold: pick, share: fc.constantFrom(1, 30, 50, 100, 100, 120) }),
  fc.record({ kind: fc.constant('release'), hold: pick }),
  fc.record({ kind: fc.constant('transfer'), from: owner, to: owner, currency, amount }),
  fc.record({ kind: fc.constant('buy'), owner, currency }),
  fc.record({ kind: fc.constant('fold') }),
];

/** At least one unit of what is held. */
export function shareOf(held: number, share: number): number {
  return Math.max(1, Math.ceil((held * share) / 100));
}
