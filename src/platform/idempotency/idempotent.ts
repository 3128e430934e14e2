import { AsyncLocalStorage } from 'node:async_hooks';

/** Marks a route that takes an `Idempotency-Key`; set by `Endpoint`. */
export const IDEMPOTENT = 'idempotent';

const current = new AsyncLocalStorage<string>();

export function withIdempotencyKey<T>(key: string, work: () => T): T {
  return current.run(key, work);
}

/**
 * The key of the request being served, with its route, body and day: unique together with the user. An operation that commits in several
 * steps stores it with what it creates, so that a request resumed after a crash finds what it had begun.
 */
export function currentIdempotencyKey(): string | undefined {
  return current.getStore();
}
