import { SetMetadata } from '@nestjs/common';
import { Prisma } from '../database/index.js';

export const SWEEP = Symbol('sweep');
export const HOUSEKEEPING = Symbol('housekeeping');

/** Does what is due by our clock; answers how many rows it took, so that a full table is swept without rest. */
type SweepMethod = (target: object, key: string, method: TypedPropertyDescriptor<() => Promise<number>>) => void;

export interface SweepMark {
  readonly name: string;
  /** How long to rest after finding nothing. */
  readonly everyMs: number;
  /** What it looks for: a query that has a row when there may be something to do. Without one there always may be. */
  readonly looksFor?: (now: Date) => Prisma.Sql;
}

/** The rows of a table that are due, as `DueRows` claims them. */
interface DueIn {
  readonly name: string;
  readonly dueAt: string;
  readonly waiting?: Prisma.Sql;
}

/** Work that is found by looking: due rows, claimed by lease. The method runs in worker processes; any number may sweep the same table. */
export function Sweep(name: string, everyMs: number, looksFor?: SweepMark['looksFor']): SweepMethod {
  return SetMetadata(SWEEP, { name, everyMs, looksFor } satisfies SweepMark);
}

/** What a sweep looks for that claims due rows. */
export function dueRows({ name, dueAt, waiting }: DueIn): (now: Date) => Prisma.Sql {
  return (now) => Prisma.sql`
    SELECT FROM ${Prisma.raw(name)} WHERE ${Prisma.raw(dueAt)} <= ${now} ${waiting ? Prisma.sql`AND ${waiting}` : Prisma.empty}`;
}

/** The method runs every hour in one of the worker processes: it removes what has had its time, and answers how many rows went. */
export function Housekeep(name: string): SweepMethod {
  return SetMetadata(HOUSEKEEPING, name);
}
