import fc from 'fast-check';

/* What happens to a student's packages, as data: drawn by a property, done by the world, foretold by the model. */

export const PURSE = 30_000;
/** Of a seat that no credit pays for; tax in it. */
export const PRICE = 1000;
export const TAX = 160;
export const SESSIONS = 14;

export type Action =
  | { kind: 'buy'; price: number; credits: number }
  | { kind: 'book' | 'centerCancel' | 'finish'; session: number }
  /** `seat` and `bought` are taken modulo how many there are. */
  | { kind: 'cancel'; seat: number; by: 'student' | 'admin' }
  | { kind: 'refundPackage'; bought: number }
  /** So many tenths of what was paid, at least one unit. */
  | { kind: 'refundPayment'; bought: number; tenths: number };

/** How an action ends: `done`, or the code of the refusal. */
export type Outcome = string;

const session = fc.nat(SESSIONS - 1);
const [seat, bought] = [fc.nat(11), fc.nat(3)];
const of = <const Kind>(...kinds: Kind[]) => fc.constantFrom(...kinds);
const book = fc.record({ kind: of('book'), session });
const cancel = fc.record({ kind: of('cancel'), seat, by: of('student', 'admin') });

export const actions: fc.Arbitrary<Action>[] = [
  fc.record({ kind: of('buy'), price: of(2, 100, 3333, 9999, 10_000), credits: fc.integer({ min: 1, max: 7 }) }),
  ...[book, book, book, book, cancel, cancel],
  fc.record({ kind: of('centerCancel', 'finish'), session }),
  fc.record({ kind: of('refundPackage'), bought }),
  fc.record({ kind: of('refundPayment'), bought, tenths: fc.integer({ min: 0, max: 10 }) }),
];

/** So that there is something to work with. */
export const prologue: Action[] = [
  { kind: 'buy', price: 10_000, credits: 3 },
  { kind: 'book', session: 0 },
  { kind: 'buy', price: 100, credits: 7 },
  { kind: 'book', session: 1 },
];
