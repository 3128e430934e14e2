import { SetMetadata } from '@nestjs/common';

/** An event: a plain class named in the past tense, whose fields are JSON values (ids, codes, integers), never personal data. */
export type EventClass<E extends object = object> = new (...args: never[]) => E;

export const IN_TRANSACTION = Symbol('in-transaction');
export const AFTER_COMMIT = Symbol('after-commit');

export interface AfterCommitSubscription {
  readonly event: EventClass;
  /** Stable name, such as `enrollments.count`: it is the key of "once per subscriber", so renaming one is a migration. */
  readonly subscriber: string;
}

/** The method runs inside the publisher's transaction, after those before it; a throw rolls everything back. */
export function InTransaction(event: EventClass): MethodDecorator {
  return SetMetadata(IN_TRANSACTION, event);
}

/**
 * The method runs after the commit, exactly once as far as its own database effects go: they and the record that it ran commit
 * together. It is tried again with backoff when it throws. Effects outside the database are at least once.
 */
export function AfterCommit(event: EventClass, subscriber: string): MethodDecorator {
  return SetMetadata(AFTER_COMMIT, { event, subscriber } satisfies AfterCommitSubscription);
}
