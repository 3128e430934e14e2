import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What must be known again at the next start. */
interface EmbeddedState {
  superuserPassword: string;
  ownerPassword: string;
  appPassword: string;
  port?: number;
  /** The roles and the database exist. */
  prepared?: boolean;
}

const FILE = 'postgres.json';

export async function loadState(home: string, pgData: string): Promise<EmbeddedState> {
  const file = join(home, FILE);
  if (existsSync(file)) {
    return JSON.parse(await readFile(file, 'utf8')) as EmbeddedState;
  }
  if (existsSync(pgData)) {
    throw new Error(
      `${file} with the passwords of ${pgData} is missing: restore it, or delete the data to start afresh`,
    );
  }
  return { superuserPassword: password(), ownerPassword: password(), appPassword: password() };
}

export async function saveState(home: string, state: EmbeddedState): Promise<void> {
  const file = join(home, FILE);
  await writeFile(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/** Letters and digits only, to stand in a URL as they are. */
function password(): string {
  return randomBytes(18).toString('hex');
}
