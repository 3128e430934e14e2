import pg from 'pg';
import { locate } from './database-error.js';

export interface SqlFunction {
  /** `ledger/sql/post_entry.sql` */
  file: string;
  name: string;
  sql: string;
  checksum: string;
}

/** "Cannot change return type", "cannot change name of input parameter", "cannot change routine kind". */
const CANNOT_REPLACE = ['42P13', '42809'];

/** Runs inside the caller's transaction, so no other session ever sees the function missing. */
export async function installFunction(owner: pg.Client, { file, name, sql, checksum }: SqlFunction): Promise<void> {
  try {
    await replace(owner, name, sql);
    await owner.query(
      `INSERT INTO migration.sql_function (file, name, checksum) VALUES ($1, $2, $3)
       ON CONFLICT (file) DO UPDATE SET name = excluded.name, checksum = excluded.checksum`,
      [file, name, checksum],
    );
  } catch (error) {
    throw error instanceof pg.DatabaseError ? locate(error, sql, file) : error;
  }
}

async function replace(owner: pg.Client, name: string, sql: string): Promise<void> {
  const before = await routinesNamed(owner, name);
  await owner.query('SAVEPOINT create_or_replace');
  try {
    await owner.query(sql);
  } catch (error) {
    await owner.query('ROLLBACK TO SAVEPOINT create_or_replace');
    if (before.length === 0 || !CANNOT_REPLACE.includes((error as pg.DatabaseError).code ?? '')) {
      throw error;
    }
    await dropRoutines(owner, before);
    await owner.query(sql);
    return;
  }
  const after = await routinesNamed(owner, name);
  if (after.length > 1) {
    await dropOverloads(owner, before, after, sql);
  }
}

/** With other argument types "or replace" adds an overload: the one that was there before is the outdated one. */
async function dropOverloads(owner: pg.Client, before: string[], after: string[], sql: string): Promise<void> {
  const isNewPresent = after.some((routine) => !before.includes(routine));
  await dropRoutines(owner, isNewPresent ? before : after);
  if (!isNewPresent) {
    await owner.query(sql);
  }
}

export async function routinesNamed(owner: pg.Client, name: string): Promise<string[]> {
  const { rows } = await owner.query<{ signature: string }>(
    `SELECT oid::regprocedure::text AS signature FROM pg_proc
      WHERE proname = $1 AND pronamespace = 'public'::regnamespace`,
    [name],
  );
  return rows.map(({ signature }) => signature);
}

export async function dropRoutines(owner: pg.Client, signatures: string[]): Promise<void> {
  for (const signature of signatures) {
    await owner.query(`DROP ROUTINE ${signature}`);
  }
}
