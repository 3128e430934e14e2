import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { tableExists } from './catalog.js';
import { dropRoutines, installFunction, routinesNamed, type SqlFunction } from './install-function.js';

/** From the ground up: a function may use those of the features before its own. */
const FEATURES = [
  'platform',
  'identity',
  'ledger',
  'coupons',
  'payments',
  'courses',
  'classes',
  'packages',
  'enrollments',
  'seats',
  'subscriptions',
  'licensing',
  'tokens',
  'finance',
  'notifications',
];

const DEFINITION = /^\s*create\s+or\s+replace\s+(?:function|procedure)\s+(?:public\.)?([a-z_][a-z0-9_]*)\s*\(/gim;
const UNDEFINED_FUNCTION = '42883';

interface FunctionChanges {
  installed: string[];
  dropped: string[];
}

/** After it the database has exactly the functions of the files, each installed when its text last changed. */
export async function installFunctions(owner: pg.Client, directory: string): Promise<FunctionChanges> {
  const functions = await readFunctions(directory);
  const checksums = await installedChecksums(owner);
  const changed = functions.filter(({ file, checksum }) => checksums.get(file) !== checksum);
  const gone = [...checksums.keys()].filter((file) => !functions.some((known) => known.file === file));
  if (changed.length === 0 && gone.length === 0) {
    return { installed: [], dropped: [] };
  }
  await owner.query('BEGIN');
  try {
    const dropped = await dropFunctions(owner, gone, functions);
    await installInDependencyOrder(owner, changed);
    await owner.query('COMMIT');
    return { installed: changed.map(({ name }) => name), dropped };
  } catch (error) {
    await owner.query('ROLLBACK');
    throw error;
  }
}

async function readFunctions(directory: string): Promise<SqlFunction[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const perFeature = await Promise.all(folders.map((feature) => readFeature(directory, feature)));
  const functions = perFeature.flat();
  const named = new Map<string, string>();
  for (const { name, file } of functions) {
    const other = named.get(name);
    if (other !== undefined) {
      throw new Error(`${file} and ${other} both define ${name}: a function has one file and no overloads`);
    }
    named.set(name, file);
  }
  const rank = ({ file }: SqlFunction) => FEATURES.indexOf(file.slice(0, file.indexOf('/')));
  return functions.sort((a, b) => rank(a) - rank(b) || (a.file < b.file ? -1 : 1));
}

async function readFeature(directory: string, feature: string): Promise<SqlFunction[]> {
  const files = (await readdir(join(directory, feature, 'sql')).catch(() => [])).filter((file) =>
    file.endsWith('.sql'),
  );
  if (files.length > 0 && !FEATURES.includes(feature)) {
    throw new Error(`${feature}/sql has functions, but the feature is not in the installation order (functions.ts)`);
  }
  return Promise.all(
    files.map(async (file) =>
      parse(`${feature}/sql/${file}`, await readFile(join(directory, feature, 'sql', file), 'utf8')),
    ),
  );
}

function parse(file: string, text: string): SqlFunction {
  const sql = text.replaceAll('\r\n', '\n');
  const names = [...sql.matchAll(DEFINITION)].map((match) => match[1]?.toLowerCase());
  const [name] = names;
  if (name === undefined || names.length > 1) {
    throw new Error(`${file} must have exactly one "create or replace function"; it has ${names.length}`);
  }
  return { file, name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
}

/** A function that somebody dropped by hand, or with its table, counts as not installed. */
async function installedChecksums(owner: pg.Client): Promise<Map<string, string>> {
  if (!(await tableExists(owner, 'migration.sql_function'))) {
    await owner.query(`
      CREATE SCHEMA IF NOT EXISTS migration;
      CREATE TABLE migration.sql_function (file text PRIMARY KEY, name text NOT NULL, checksum text NOT NULL)`);
  }
  const { rows } = await owner.query<{ file: string; checksum: string }>(`
    SELECT file, CASE WHEN EXISTS (SELECT FROM pg_proc p
                                    WHERE p.proname = f.name AND p.pronamespace = 'public'::regnamespace)
                      THEN checksum ELSE '' END AS checksum
      FROM migration.sql_function f`);
  return new Map(rows.map(({ file, checksum }) => [file, checksum]));
}

async function dropFunctions(owner: pg.Client, files: string[], kept: SqlFunction[]): Promise<string[]> {
  const dropped: string[] = [];
  for (const file of files) {
    const { rows } = await owner.query<{ name: string }>(
      'DELETE FROM migration.sql_function WHERE file = $1 RETURNING name',
      [file],
    );
    for (const { name } of rows.filter((row) => !kept.some((known) => known.name === row.name))) {
      await dropRoutines(owner, await routinesNamed(owner, name));
      dropped.push(name);
    }
  }
  return dropped;
}

/** The body of an SQL function is checked when it is created, so one may have to wait for a sibling further down. */
async function installInDependencyOrder(owner: pg.Client, functions: SqlFunction[]): Promise<void> {
  let waiting = functions;
  while (waiting.length > 0) {
    const failures: { waits: SqlFunction; error: unknown }[] = [];
    for (const wanted of waiting) {
      await owner.query('SAVEPOINT next_function');
      try {
        await installFunction(owner, wanted);
      } catch (error) {
        await owner.query('ROLLBACK TO SAVEPOINT next_function');
        failures.push({ waits: wanted, error });
      }
    }
    const hopeless = failures.find(({ error }) => (error as pg.DatabaseError).code !== UNDEFINED_FUNCTION);
    const stuck = hopeless ?? (failures.length === waiting.length ? failures[0] : undefined);
    if (stuck) {
      throw stuck.error;
    }
    waiting = failures.map(({ waits }) => waits);
  }
}
