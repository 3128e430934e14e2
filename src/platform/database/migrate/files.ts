import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `src` under Jest, `dist` after a build: SQL stands beside the code that calls it, in both. */
const codeDirectory = fileURLToPath(new URL('../../..', import.meta.url)).replace(/[\\/]$/, '');

interface Layout {
  migrations: string;
  features: string;
}

/** Where the project's SQL is; `root` is the directory that holds `prisma` and `src` or `dist`. */
export function layoutOf(root = join(codeDirectory, '..')): Layout {
  return { migrations: join(root, 'prisma', 'migrations'), features: join(root, basename(codeDirectory)) };
}

export async function readIfPresent(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') {
      return null;
    }
    throw error;
  });
}
