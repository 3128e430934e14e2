import { createRequire } from 'node:module';
import type pg from 'pg';
import { getConstructionPlans, getMigrationPlans, PgBoss } from 'pg-boss';
import { tableExists } from './catalog.js';
import { queues } from '../../jobs/queues.js';

/** The application starts pg-boss with this schema and with `migrate: false`. */
export const JOBS_SCHEMA = 'pgboss';

/** Creates or upgrades pg-boss's schema and creates the queues, all of which the application's role could not do. */
export async function installJobs(owner: pg.Client): Promise<string[]> {
  return [...(await installSchema(owner)), ...(await createQueues(owner))];
}

async function installSchema(owner: pg.Client): Promise<string[]> {
  const wanted = codeVersion();
  const installed = await databaseVersion(owner);
  if (installed === wanted) {
    return [];
  }
  if (installed === null) {
    await owner.query(getConstructionPlans(JOBS_SCHEMA));
    return [`pg-boss schema ${wanted}`];
  }
  if (installed > wanted) {
    throw new Error(`The database's pg-boss schema is ${installed}, newer than the ${wanted} of this release`);
  }
  await owner.query(getMigrationPlans(JOBS_SCHEMA, installed));
  return [`pg-boss schema ${installed} to ${wanted}`];
}

function codeVersion(): number {
  const manifest = createRequire(import.meta.url)('pg-boss/package.json') as { pgboss: { schema: number } };
  return manifest.pgboss.schema;
}

async function databaseVersion(owner: pg.Client): Promise<number | null> {
  if (!(await tableExists(owner, `${JOBS_SCHEMA}.version`))) {
    return null;
  }
  const { rows } = await owner.query<{ version: number }>(`SELECT version FROM ${JOBS_SCHEMA}.version`);
  return rows[0]?.version ?? null;
}

async function createQueues(owner: pg.Client): Promise<string[]> {
  const { rows } = await owner.query<{ name: string }>(`SELECT name FROM ${JOBS_SCHEMA}.queue`);
  const missing = queues.filter((queue) => !rows.some(({ name }) => name === queue));
  const boss = new PgBoss({
    schema: JOBS_SCHEMA,
    db: { executeSql: async (text, values) => owner.query(text, values) },
  });
  for (const queue of missing) {
    await boss.createQueue(queue);
  }
  return missing.map((queue) => `queue ${queue}`);
}
