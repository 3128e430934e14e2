import pg from 'pg';
import { Bench, type Connections } from '../properties/ledger-bench.js';
import type { TestDatabase } from './database.js';
import { balancePromises } from './ledger-balance-promises.js';
import { journalPromises } from './ledger-journal-promises.js';

/*
 * Everything that the ledger promises, tried against a database by plain connections: as the application's role, and as the owner where
 * not even the owner may. It knows nothing of how the database keeps it.
 */

const CONNECTIONS = 8;
/** What waits longer than this waits for ever. */
const STUCK = '-c statement_timeout=3000';

/**
 * What the ledger does not keep of its promises, in words; empty when all is well. The database is used up by it.
 * @param all whether to go on after the first that it does not keep
 */
export async function ledgerBattery(database: TestDatabase, all = true): Promise<string[]> {
  const open = async (connectionString: string) => {
    const client = new pg.Client({ connectionString, options: STUCK });
    await client.connect();
    return client;
  };
  const [owner, ...app] = await Promise.all([
    open(database.ownerUrl),
    ...Array.from({ length: CONNECTIONS }, () => open(database.appUrl)),
  ]);
  const complaints: string[] = [];
  try {
    for (const [name, promise] of Object.entries({ ...journalPromises, ...balancePromises })) {
      if (complaints.length > 0 && !all) break;
      const bench = new Bench(name.replaceAll(/[^a-z]+/g, '-'), owner, app as unknown as Connections);
      await promise(bench).catch((error: unknown) => complaints.push(`${name}: ${(error as Error).message}`));
      await Promise.all([owner, ...app].map((client) => client.query('ROLLBACK')));
    }
  } finally {
    await Promise.all([owner, ...app].map((client) => client.end()));
  }
  return complaints;
}
