import { Prisma } from './generated/client.js';

interface DatabaseFailure {
  /** SQLSTATE, such as `40P01`. */
  readonly code: string;
  readonly message: string;
  /** What it adds, such as which row is in the way of an exclusion. */
  readonly detail?: string;
}

/** What the driver makes of a failure; one that never reached PostgreSQL has a kind and no code. */
interface DriverFailure {
  readonly kind?: string;
  readonly originalCode?: string;
  readonly originalMessage?: string;
  readonly detail?: string;
}

function driverFailure(error: Prisma.PrismaClientKnownRequestError): DriverFailure | undefined {
  return (error.meta?.driverAdapterError as { cause?: DriverFailure } | undefined)?.cause;
}

/** What PostgreSQL itself said, when that is what a failed statement threw. */
export function databaseFailure(error: unknown): DatabaseFailure | undefined {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return undefined;
  const { originalCode: code, originalMessage: message = error.message, detail } = driverFailure(error) ?? {};
  return code ? { code, message, detail } : undefined;
}

const retryable = new Set(['40001', '40P01']);

/** A serialization failure or a deadlock: the transaction did nothing and may simply be run again. */
export function isTransactionConflict(error: unknown): boolean {
  if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2034') return true;
  return retryable.has(databaseFailure(error)?.code ?? '');
}

/** Prisma's own codes: no connection came free, or the server is gone. */
const unreachable = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028']);
/** A raw statement fails as P2010 whatever the reason; the driver knows it. */
const disconnected = new Set(['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections']);
/** Lost connections, no room or no more connections, shut down or starting up; and a server that only reads, as after a fail-over. */
const unable = /^(08|53|57P|25006)/;
/** The driver passes on as they are what the connection itself throws. */
const broken = /^(Connection terminated|Client has encountered a connection error|Client was closed|timeout exceeded)/;

/** Why the database cannot do now what it could at another time, in brief; undefined when something else is wrong. */
export function whyUnavailable(error: unknown): string | undefined {
  if (error instanceof Prisma.PrismaClientInitializationError) return error.errorCode ?? error.name;
  if (error instanceof Prisma.PrismaClientKnownRequestError) {
    const failure = databaseFailure(error);
    if (failure && unable.test(failure.code)) return `${failure.code} ${failure.message}`;
    const kind = driverFailure(error)?.kind ?? '';
    if (disconnected.has(kind)) return kind;
    return unreachable.has(error.code) ? error.code : undefined;
  }
  return error instanceof Error && broken.test(error.message) ? error.message : undefined;
}

export function isDatabaseUnavailable(error: unknown): boolean {
  return whyUnavailable(error) !== undefined;
}

export function isUniqueViolation(error: unknown): boolean {
  return (
    error instanceof Prisma.PrismaClientKnownRequestError &&
    (error.code === 'P2002' || databaseFailure(error)?.code === '23505')
  );
}
