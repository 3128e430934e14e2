import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { layoutOf } from './files.js';
import { installFunctions } from './functions.js';
import { applyGrants, setDefaultPrivileges } from './grants.js';
import { installJobs } from './jobs.js';
import { applyMigrations, readMigrations } from './migrations.js';
import { ensureApplicationRole, loginOf, unrestricted } from './roles.js';

/** Any number that nobody else uses on this database; Prisma's engine takes one of its own. */
const LOCK = 4_218_770_311;

/** Functions stand on tables: without any they cannot be created. */
const NO_FUNCTIONS = { installed: [], dropped: [] };

export interface MigrateOptions {
  /** Owns every object. A direct connection: the lock lives in the session. */
  ownerUrl: string;
  /** Names the role the application will log in as. */
  appUrl: string;
  /** Holds `prisma/migrations` and the features' SQL; this project unless given. */
  root?: string;
}

export interface MigrateResult {
  roles: string[];
  migrations: string[];
  functions: string[];
  droppedFunctions: string[];
  jobs: string[];
  grants: string[];
  warnings: string[];
}

/** Brings a database to this release. Safe to run at any time, by any number of processes, any number of times. */
export async function migrate({ ownerUrl, appUrl, root }: MigrateOptions): Promise<MigrateResult> {
  const owner = new pg.Client({ connectionString: ownerUrl, application_name: 'bursar-migrate' });
  await owner.connect();
  try {
    await owner.query('SET search_path = public; SET client_min_messages = error');
    await takeLock(owner);
    return await bringUpToDate(owner, { ownerUrl, appUrl, root });
  } finally {
    await owner.end();
  }
}

async function bringUpToDate(owner: pg.Client, { ownerUrl, appUrl, root }: MigrateOptions): Promise<MigrateResult> {
  const layout = layoutOf(root);
  const login = loginOf(appUrl);
  const roles = await ensureApplicationRole(owner, login);
  const unprotected = await unrestricted(owner, login.role);
  if (!unprotected) {
    await setDefaultPrivileges(owner, login.role);
  }
  const available = await readMigrations(layout.migrations);
  const migrations = await applyMigrations(owner, ownerUrl, layout.migrations, available);
  const isEmpty = available.length === 0;
  const { installed, dropped } = isEmpty ? NO_FUNCTIONS : await installFunctions(owner, layout.features);
  const jobs = await installJobs(owner);
  const grants = unprotected ? [] : await applyGrants(owner, login.role);
  const nothing = isEmpty
    ? `There are no migrations in ${layout.migrations}, so neither tables nor functions`
    : undefined;
  const warnings = [unprotected, nothing].filter((warning) => warning !== undefined);
  return { roles, migrations, functions: installed, droppedFunctions: dropped, jobs, grants, warnings };
}

/** Asks again instead of waiting in the server: a waiting statement would block a CREATE INDEX CONCURRENTLY for ever. */
async function takeLock(owner: pg.Client): Promise<void> {
  for (;;) {
    const { rows } = await owner.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [LOCK]);
    if (rows[0]?.taken) {
      return;
    }
    await sleep(50);
  }
}
