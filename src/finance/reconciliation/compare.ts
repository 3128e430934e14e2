import type { DiscrepancyKind, MovementKind } from '../../platform/database/index.js';
import { type Family, familyOf } from './families.js';

/** What one side says of a movement in one currency: what the provider then owes us, minor units, the fee taken off. */
interface Said {
  readonly kind: MovementKind;
  readonly reference: string;
  readonly currency: string;
  readonly net: bigint;
  readonly fee: bigint;
  readonly at: Date;
  readonly paymentId: string | null;
}

export interface Booked extends Said {
  /** Not booked yet: it is on its way, and will be once it is done. A statement may have it before. */
  readonly awaited: boolean;
}

/** One line of the statement. */
export interface Stated extends Said {
  readonly transactionId: string | null;
}

export interface Sum {
  readonly currency: string;
  readonly stated: bigint;
  readonly booked: bigint;
  readonly statedFee: bigint;
  readonly bookedFee: bigint;
}

/** A matter on which the two sides are not of one mind. */
export interface Finding {
  readonly matter: Family;
  readonly reference: string;
  readonly kind: DiscrepancyKind;
  readonly sums: readonly Sum[];
  readonly paymentId: string | null;
  readonly transactionId: string | null;
  readonly occurredAt: Date;
}

/** Which movements are too young, or too far from what statements cover, to say that one side lacks them. */
export interface Patience {
  readonly mayStillBeBooked: (at: Date) => boolean;
  readonly mayStillBeStated: (at: Date) => boolean;
}

interface Sides {
  readonly booked: Booked[];
  readonly stated: Stated[];
}

export function matterKey({ matter, reference }: { matter: MovementKind; reference: string }): string {
  return `${familyOf(matter)} ${reference}`;
}

/** Every matter that either side speaks of, with all that is said of it: where they differ, and how. Pure. */
export function compare(booked: readonly Booked[], stated: readonly Stated[], patience: Patience): Finding[] {
  const matters = new Map<string, Sides>();
  const of = ({ kind, reference }: Said) => {
    const key = matterKey({ matter: kind, reference });
    const found = matters.get(key) ?? { booked: [], stated: [] };
    matters.set(key, found);
    return found;
  };
  for (const said of booked) of(said).booked.push(said);
  for (const said of stated) of(said).stated.push(said);
  const sides = [...matters.values()];
  const paidFor = new Set(sides.flatMap(paymentsOf));
  return sides.flatMap((one) => {
    const finding = findingOf(one, patience);
    return finding ? (isAnother(finding, paidFor) ? { ...finding, kind: 'DUPLICATE' } : finding) : [];
  });
}

/** Payments of which both sides have a charge. */
function paymentsOf({ booked, stated }: Sides): string[] {
  const charged = booked.filter(({ kind, awaited }) => kind === 'CHARGE' && !awaited);
  return stated.length === 0 ? [] : charged.flatMap(({ paymentId }) => paymentId ?? []);
}

/** The buyer has paid twice, each time by another name, and the books know of one. */
function isAnother({ kind, matter, paymentId }: Finding, paidFor: ReadonlySet<string>): boolean {
  return kind === 'MISSING_HERE' && matter === 'CHARGE' && paymentId !== null && paidFor.has(paymentId);
}

function findingOf(sides: Sides, patience: Patience): Finding | undefined {
  const done: Sides = { ...sides, booked: sides.booked.filter(({ awaited }) => !awaited) };
  const sums = different(sumsOf(done));
  if (sums.length === 0 || different(sumsOf(sides)).length === 0) return undefined;
  // A refund that came back is two movements of one matter: which of them differs says how.
  const kinds = [...new Set([...done.stated, ...done.booked].map(({ kind }) => kind))];
  const differing = kinds.map((kind) => onlyOf(kind, done)).filter((part) => different(sumsOf(part)).length > 0);
  if (differing.some((part) => isPending(part, patience))) return undefined;
  const [part = done] = differing;
  const all = [...sides.stated, ...sides.booked];
  const [first] = [...part.stated, ...part.booked];
  if (!first) return undefined;
  return {
    matter: familyOf(first.kind),
    reference: first.reference,
    kind: kindOf(part),
    sums,
    paymentId: all.find(({ paymentId }) => paymentId !== null)?.paymentId ?? null,
    transactionId: sides.stated.find(({ transactionId }) => transactionId !== null)?.transactionId ?? null,
    occurredAt: first.at,
  };
}

function onlyOf(kind: MovementKind, { booked, stated }: Sides): Sides {
  return { booked: booked.filter((said) => said.kind === kind), stated: stated.filter((said) => said.kind === kind) };
}

/** What was booked and taken back again is as good as not booked. */
function isBooked(part: Sides): boolean {
  return sumsOf(part).some(({ booked }) => booked !== 0n);
}

function isPending(part: Sides, { mayStillBeBooked, mayStillBeStated }: Patience): boolean {
  if (part.stated.length === 0) return part.booked.some(({ at }) => mayStillBeStated(at));
  return !isBooked(part) && part.stated.some(({ at }) => mayStillBeBooked(at));
}

function kindOf(part: Sides): DiscrepancyKind {
  if (part.stated.length === 0) return 'MISSING_THERE';
  // Of what the books do not have at all, that comes first: once it is there, the rest is more than once.
  if (!isBooked(part)) return 'MISSING_HERE';
  if (part.stated.length > 1) return 'DUPLICATE';
  const sums = different(sumsOf(part));
  if (sums.length > 1) return 'CURRENCY';
  return sums.every((sum) => sum.stated + sum.statedFee === sum.booked + sum.bookedFee) ? 'FEE' : 'AMOUNT';
}

function different(sums: readonly Sum[]): Sum[] {
  return sums.filter(({ stated, booked }) => stated !== booked);
}

function sumsOf({ booked, stated }: Sides): Sum[] {
  const currencies = [...new Set([...stated, ...booked].map(({ currency }) => currency))].toSorted();
  return currencies.map((currency) => {
    const add = (said: readonly Said[], amount: 'net' | 'fee') =>
      said.filter((one) => one.currency === currency).reduce((sum, one) => sum + one[amount], 0n);
    return {
      currency,
      stated: add(stated, 'net'),
      booked: add(booked, 'net'),
      statedFee: add(stated, 'fee'),
      bookedFee: add(booked, 'fee'),
    };
  });
}
