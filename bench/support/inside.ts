import { join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import pg from 'pg';
import { settingsOf } from './server.js';
import type { World } from './world.js';

const dist = join(import.meta.dirname, '../../dist');

/** What is built, by its path under `src`: Node strips types, but compiles no decorators. */
export const built = async <Module>(path: string): Promise<Module> => (await import(join(dist, path))) as Module;

/** The application in this process, without routes and workers: for operations that no route does alone. */
export async function inside<T>(world: World, work: (app: INestApplicationContext) => Promise<T>): Promise<T> {
  Object.assign(process.env, settingsOf(world.appUrl), { ROLE: 'api' });
  const { AppModule } = await built<typeof import('../../src/app.module.js')>('app.module.js');
  const app = await NestFactory.createApplicationContext(AppModule, { logger: ['error'] });
  try {
    return await work(app);
  } finally {
    await app.close();
  }
}

interface Statement {
  readonly text: string;
  readonly values: unknown[];
}

/** The statements of a piece of work, at the driver, but for those that begin and end transactions. */
export async function statementsOf(work: () => Promise<unknown>): Promise<Statement[]> {
  const statements: Statement[] = [];
  const prototype = pg.Client.prototype as { query: (...args: unknown[]) => unknown };
  const original = prototype.query;
  prototype.query = function (this: unknown, ...args: unknown[]) {
    const [query] = args as [{ text?: string; values?: unknown[] }];
    if (query.text && !/^(BEGIN|COMMIT)/.test(query.text))
      statements.push({ text: query.text, values: query.values ?? [] });
    return original.apply(this, args);
  };
  try {
    await work();
  } finally {
    prototype.query = original;
  }
  return statements;
}
