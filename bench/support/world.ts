import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type Server, startServer } from './server.js';

const dist = join(import.meta.dirname, '../../dist');

/** A migrated database with nothing in it, as durable as in production, and servers on it. */
export interface World {
  readonly appUrl: string;
  /** As the owner of the tables. */
  sql<Row extends object>(query: string, values?: unknown[]): Promise<Row[]>;
  /** Each server ends with the world. */
  serve(): Promise<Server>;
}

export async function inWorld<T>(work: (world: World) => Promise<T>): Promise<T> {
  // The built ones: Node strips types, but compiles no decorators.
  const { startEmbeddedPostgres } = (await import(
    join(dist, 'embedded/postgres.js')
  )) as typeof import('../../src/embedded/postgres.js');
  const { migrate } = (await import(
    join(dist, 'platform/database/migrate/index.js')
  )) as typeof import('../../src/platform/database/migrate/index.js');

  const dataDir = await mkdtemp(join(tmpdir(), 'bursar-bench-'));
  // The database's own user, where this runs as root, must get in.
  await chmod(dataDir, 0o711);
  const postgres = await startEmbeddedPostgres({ dataDir });
  const owner = new pg.Client({ connectionString: postgres.ownerUrl });
  const servers: Server[] = [];
  try {
    await migrate(postgres);
    await owner.connect();
    await durable(owner);
    return await work({
      appUrl: postgres.appUrl,
      sql: async <Row extends object>(query: string, values?: unknown[]) =>
        (await owner.query<Row>(query, values)).rows,
      serve: async () => {
        const server = await startServer(postgres.appUrl);
        servers.push(server);
        return server;
      },
    });
  } finally {
    for (const server of servers) await server.stop();
    await owner.end();
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** A figure of writes that a power cut would undo is worth nothing. */
async function durable(owner: pg.Client): Promise<void> {
  for (const name of ['fsync', 'synchronous_commit', 'full_page_writes']) {
    const { rows } = await owner.query<Record<string, string>>(`SHOW ${name}`);
    if (rows[0]?.[name] !== 'on') throw new Error(`${name} is not on`);
  }
}
