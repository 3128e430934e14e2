import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Propagation, TransactionHost } from '@nestjs-cls/transactional';
import type { TransactionalAdapterPrisma } from '@nestjs-cls/transactional-adapter-prisma';
import { copyMethodMetadata } from 'nestjs-cls';
import { DomainError, Problems } from '../errors/index.js';
import { isTransactionConflict } from './database-error.js';
import type { PrismaService } from './prisma.service.js';

const ATTEMPTS = 5;
const commitHooks = new AsyncLocalStorage<(() => void)[]>();

export function isInTransaction(): boolean {
  return TransactionHost.getInstance().isTransactionActive();
}

/** Runs `hook` once the current transaction has committed, or at once when there is none. It must not throw. */
export function afterCommit(hook: () => void): void {
  const hooks = isInTransaction() ? commitHooks.getStore() : undefined;
  if (hooks) hooks.push(hook);
  else hook();
}

/**
 * Runs `work` in the ambient transaction, or in a new one (READ COMMITTED) when there is none. A serialization failure or
 * a deadlock runs it again, so it must have no effect outside the database; after a few times it is answered 503.
 */
export async function inTransaction<T>(work: () => Promise<T>): Promise<T> {
  const host = TransactionHost.getInstance<TransactionalAdapterPrisma<PrismaService>>();
  if (host.isTransactionActive()) return work();
  for (let attempt = 1; ; attempt += 1) {
    const hooks: (() => void)[] = [];
    try {
      const result = await commitHooks.run(hooks, () =>
        host.withTransaction(Propagation.Required, { maxWait: 5_000, timeout: 15_000 }, work),
      );
      for (const hook of hooks) hook();
      return result;
    } catch (error) {
      if (!isTransactionConflict(error)) throw error;
      if (attempt === ATTEMPTS) throw new DomainError(Problems.busy, undefined, undefined, 1);
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
