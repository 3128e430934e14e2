import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Propagation, TransactionHost } from '@nestjs-cls/transactional';
import type { TransactionalAdapterPrisma } from '@nestjs-cls/transactional-adapter-prisma';
import { copyMethodMetadata } from 'nestjs-cls';
import { later, Problems } from '../errors/index.js';
import { isTransactionConflict } from './database-error.js';
import type { PrismaService } from './prisma.service.js';

const ATTEMPTS = 5;

/** What is still to be done for a transaction: in it, at its end, and once it has committed. */
interface Ending {
  readonly before: (() => Promise<void>)[];
  readonly after: (() => void)[];
}

const endings = new AsyncLocalStorage<Ending>();

export function isInTransaction(): boolean {
  return TransactionHost.getInstance().isTransactionActive();
}

/** Runs `hook` once the current transaction has committed, or at once when there is none. It must not throw. */
export function afterCommit(hook: () => void): void {
  const ending = currentEnding();
  if (ending) ending.after.push(hook);
  else hook();
}

/** Runs `hook` as the last thing in the current transaction; a throw rolls everything back. */
export function beforeCommit(hook: () => Promise<void>): void {
  const ending = currentEnding();
  if (!ending) throw new Error('there is no transaction to be the last thing in');
  ending.before.push(hook);
}

/** What tells the current transaction from all others. */
export function transactionKey(): object {
  const ending = currentEnding();
  if (!ending) throw new Error('there is no transaction');
  return ending;
}

function currentEnding(): Ending | undefined {
  return isInTransaction() ? endings.getStore() : undefined;
}

/**
 * Runs `work` in the ambient transaction, or in a new one (READ COMMITTED) when there is none. A serialization failure or
 * a deadlock runs it again, so it must have no effect outside the database; after a few times it is answered 503.
 */
export async function inTransaction<T>(work: () => Promise<T>): Promise<T> {
  const host = TransactionHost.getInstance<TransactionalAdapterPrisma<PrismaService>>();
  if (host.isTransactionActive()) return work();
  for (let attempt = 1; ; attempt += 1) {
    const ending: Ending = { before: [], after: [] };
    try {
      const result = await endings.run(ending, () =>
        host.withTransaction(Propagation.Required, { maxWait: 5_000, timeout: 15_000 }, async () => {
          const answer = await work();
          for (const hook of ending.before) await hook();
          return answer;
        }),
      );
      for (const hook of ending.after) hook();
      return result;
    } catch (error) {
      if (!isTransactionConflict(error)) throw error;
      if (attempt === ATTEMPTS) throw later(Problems.busy);
      await sleep(Math.random() * 20 * 2 ** attempt);
    }
  }
}

/** The method is one transaction; called from within another, it takes part in that one. See `inTransaction`. */
export function Transactional(): MethodDecorator {
  return (_target, _key, descriptor: PropertyDescriptor) => {
    const method = descriptor.value as (...args: unknown[]) => Promise<unknown>;
    const wrapped = function (this: unknown, ...args: unknown[]) {
      return inTransaction(() => method.apply(this, args));
    };
    copyMethodMetadata(method, wrapped);
    descriptor.value = wrapped;
  };
}
