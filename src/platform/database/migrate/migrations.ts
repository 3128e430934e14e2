import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MigrationDirectory, MigrationList } from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';
import { tableExists } from './catalog.js';
import { readIfPresent } from './files.js';
import { ownerAdapter } from './owner-adapter.js';
import { noFilter, openSchemaEngine, type SchemaEngine } from './schema-engine.js';

const BOOKKEEPING = 'public._prisma_migrations';

interface Migration {
  name: string;
  sql: string;
}

/** Applies what is missing, with Prisma's own bookkeeping: the stock `prisma migrate deploy` finds nothing left to do. */
export async function applyMigrations(
  owner: pg.Client,
  ownerUrl: string,
  directory: string,
  migrations: Migration[],
): Promise<string[]> {
  if (migrations.length === 0 || (await areApplied(owner, migrations))) {
    return [];
  }
  const interrupted = await unfinishedMigration(owner, migrations);
  if (interrupted) {
    throw new Error(
      `An earlier run was killed during ${interrupted.name}. Look whether its changes are in the database, then run ` +
        `prisma migrate resolve --applied ${interrupted.name} (or --rolled-back)`,
    );
  }
  const list = await describe(directory, migrations);
  const pool = new pg.Pool({ connectionString: ownerUrl, max: 2 });
  try {
    const engine = await openSchemaEngine(ownerAdapter(pool));
    try {
      await refuseEditedMigrations(engine, list);
      return await apply(engine, list, migrations, owner);
    } finally {
      engine.free();
    }
  } finally {
    await pool.end();
  }
}

export async function readMigrations(directory: string): Promise<Migration[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => ({ name, sql: await readFile(join(directory, name, 'migration.sql'), 'utf8') })),
  );
}

/** Starting the engine costs more than all the rest of a run that has nothing to do, so ask its table first. */
async function areApplied(owner: pg.Client, migrations: Migration[]): Promise<boolean> {
  if (!(await tableExists(owner, BOOKKEEPING))) {
    return false;
  }
  const { rows } = await owner.query<{ migration_name: string; checksum: string; finished: boolean }>(
    `SELECT migration_name, checksum, finished_at IS NOT NULL AS finished
       FROM ${BOOKKEEPING} WHERE rolled_back_at IS NULL`,
  );
  const applied = new Map(rows.filter((row) => row.finished).map((row) => [row.migration_name, row.checksum]));
  const allAreKnown = migrations.every(({ name, sql }) => applied.get(name) === sha256(sql));
  return allAreKnown && rows.every((row) => row.finished);
}

async function refuseEditedMigrations(engine: SchemaEngine, migrationsList: MigrationList): Promise<void> {
  const history = await engine.diagnoseMigrationHistory({
    migrationsList,
    optInToShadowDatabase: false,
    filters: noFilter,
  });
  if (history.editedMigrationNames.length > 0) {
    throw new Error(
      `Edited after they were applied to this database: ${history.editedMigrationNames.join(', ')}. ` +
        'Restore the files and put the change into a new migration (npm run migration:new -- <name>); ' +
        'a database with nothing to keep can be dropped instead.',
    );
  }
}

async function apply(
  engine: SchemaEngine,
  migrationsList: MigrationList,
  migrations: Migration[],
  owner: pg.Client,
): Promise<string[]> {
  try {
    const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList, filters: noFilter });
    return appliedMigrationNames;
  } catch (error) {
    const failed = await unfinishedMigration(owner, migrations);
    if (failed && isAtomic(failed)) {
      await engine.markMigrationRolledBack({ migrationName: failed.name });
    }
    throw failed ? new Error(`${failed.name}: ${withoutTrace(error)}`, { cause: error }) : error;
  }
}

async function unfinishedMigration(owner: pg.Client, migrations: Migration[]): Promise<Migration | undefined> {
  if (!(await tableExists(owner, BOOKKEEPING))) {
    return undefined;
  }
  const { rows } = await owner.query<{ migration_name: string }>(
    `SELECT migration_name FROM ${BOOKKEEPING} WHERE finished_at IS NULL AND rolled_back_at IS NULL`,
  );
  return migrations.find(({ name }) => name === rows[0]?.migration_name);
}

/**
 * A script is one transaction unless it says otherwise, so its failure left nothing behind and must not need an operator:
 * marked as rolled back, it runs again once it has been corrected.
 */
function isAtomic({ sql }: Migration): boolean {
  return !/\b(commit|concurrently)\b/i.test(sql);
}

/** The engine appends where in its own source the error passed through. */
function withoutTrace(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/\n\s+0: [^]*$/, '').replace(/^external connector error\n/, '');
}

async function describe(baseDir: string, migrations: Migration[]): Promise<MigrationList> {
  const migrationDirectories: MigrationDirectory[] = migrations.map(({ name, sql }) => ({
    path: name,
    migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
  }));
  const lockfile = { path: 'migration_lock.toml', content: await readIfPresent(join(baseDir, 'migration_lock.toml')) };
  return { baseDir, lockfile, shadowDbInitScript: '', migrationDirectories };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
