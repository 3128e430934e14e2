import type { Readable } from 'node:stream';
import { defineProblem } from '../errors/index.js';

/** Bytes of an object, the last one included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface ObjectFacts {
  /** Bytes: exactly so many come, or nothing is kept. */
  readonly size: number;
  readonly mediaType: string;
}

export const StorageProblems = {
  missing: defineProblem({ code: 'FILE_MISSING', status: 404, title: 'The file is not where it is kept' }),
  unavailable: defineProblem({
    code: 'STORAGE_UNAVAILABLE',
    status: 503,
    title: 'Files cannot be reached just now; try again',
  }),
  refused: defineProblem({ code: 'STORAGE_REFUSED', status: 502, title: 'Where files are kept, we are refused' }),
} as const;

/**
 * Keeps objects by key, whole: one that is there has all its bytes, and is never changed, only removed. Nothing passes through memory but
 * the piece that is on its way. What goes wrong is one of `StorageProblems`; a failure of the given stream is thrown as it is.
 */
export abstract class Storage {
  abstract put(key: string, file: Readable, facts: ObjectFacts): Promise<void>;

  /** A stream that the caller ends or destroys. */
  abstract read(key: string, range?: ByteRange): Promise<Readable>;

  /** Undefined when there is no such object. */
  abstract size(key: string): Promise<number | undefined>;

  /** One that is not there is removed already. */
  abstract remove(key: string): Promise<void>;
}
