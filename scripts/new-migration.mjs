/**
 * `npm run migration:new -- <name>` writes the SQL that leads from the committed Prisma schema to that of the working
 * tree. `--from-empty` prints the SQL of the whole schema instead. Neither needs a database.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { noFilter, openSchemaEngine, withoutDatabase } from '../src/platform/database/migrate/schema-engine.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const MIGRATIONS = 'prisma/migrations';
const [argument] = process.argv.slice(2);

if (argument === '--from-empty') {
  process.stdout.write(await difference(emptySchema(), workingTree()));
} else if (argument && /^[a-z][a-z0-9_]*$/.test(argument)) {
  write(argument, await difference(committed(), workingTree()));
} else {
  fail('Usage: npm run migration:new -- <name in snake_case> | --from-empty');
}

async function difference(from, to) {
  const engine = await openSchemaEngine(withoutDatabase());
  const { stdout } = await engine.diff({
    from: { tag: 'schemaDatamodel', files: from },
    to: { tag: 'schemaDatamodel', files: to },
    script: true,
    exitCode: null,
    filters: noFilter,
  });
  return stdout ?? '';
}

function workingTree() {
  return schemaFiles(
    readdirSync(join(root, 'prisma')).map((name) => `prisma/${name}`),
    (path) => readFileSync(join(root, path), 'utf8'),
  );
}

/** Nothing committed yet means that everything is new. */
function committed() {
  const paths = git('ls-tree', '--name-only', 'HEAD', 'prisma/').split('\n');
  const files = schemaFiles(paths, (path) => git('show', `HEAD:${path}`));
  return files.length > 0 ? files : emptySchema();
}

function schemaFiles(paths, contentOf) {
  const schemas = paths.filter((path) => path.endsWith('.prisma'));
  return schemas.map((path) => ({ path, content: contentOf(path) }));
}

function emptySchema() {
  return [{ path: 'prisma/schema.prisma', content: 'datasource db {\n  provider = "postgresql"\n}\n' }];
}

function git(...args) {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 });
}

function write(name, sql) {
  if (/^(\s*--.*\n|\s)*$/.test(sql)) {
    fail('prisma/*.prisma says what it says at git HEAD: there is nothing to migrate.');
  }
  const time = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const directory = `${MIGRATIONS}/${time}_${name}`;
  mkdirSync(join(root, directory), { recursive: true });
  writeFileSync(join(root, directory, 'migration.sql'), sql);
  const lock = join(root, MIGRATIONS, 'migration_lock.toml');
  if (!existsSync(lock)) {
    writeFileSync(lock, '# Read by `prisma migrate deploy`.\nprovider = "postgresql"\n');
  }
  console.log(`Wrote ${directory}/migration.sql: read it before you commit it.`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
