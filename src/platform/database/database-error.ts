import { Prisma } from './generated/client.js';

interface DatabaseFailure {
  /** SQLSTATE, such as `40P01`. */
  readonly code: string;
  readonly message: string;
  /** What it adds, such as which row is in the way of an exclusion. */
  readonly detail?: string;
}

/** What PostgreSQL itself said, when that is what a failed statement threw. */
export function databaseFailure(error: unknown): DatabaseFailure | undefined {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return undefined;
  const adapter = error.meta?.driverAdapterError as
    { cause?: { originalCode?: string; originalMessage?: string; detail?: string } } | undefined;
  const { originalCode: code, originalMessage: message = error.message, detail } = adapter?.cause ?? {};
  return code ? { code, message, detail } : undefined;
}

const retryable = new Set(['40001', '40P01']);

/** A serialization failure or a deadlock: the transaction did nothing and may simply be run again. */
export function isTransactionConflict(error: unknown): boolean {
  if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2034') return true;
  return retryable.has(databaseFailure(error)?.code ?? '');
}

/** No connection came free, or the server is gone: nothing was done. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (error instanceof Prisma.PrismaClientInitializationError) return true;
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  return (
    ['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028'].includes(error.code) ||
    databaseFailure(error)?.code.startsWith('57P') === true
  );
}

export function isUniqueViolation(error: unknown): boolean {
  return (
    error instanceof Prisma.PrismaClientKnownRequestError &&
    (error.code === 'P2002' || databaseFailure(error)?.code === '23505')
  );
}
