import { SetMetadata } from '@nestjs/common';
import type { Prisma } from '../database/index.js';

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

/** Work that is found by looking: due rows, claimed by lease. The method runs in worker processes; any number may sweep the same table. */
export function Sweep(name: string, everyMs: number, looksFor?: SweepMark['looksFor']): SweepMethod {
  return SetMetadata(SWEEP, { name, everyMs, looksFor } satisfies SweepMark);
}

/** The method runs every hour in one of the worker processes: it removes what has had its time, and answers how many rows went. */
export function Housekeep(name: string): SweepMethod {
  return SetMetadata(HOUSEKEEPING, name);
}
