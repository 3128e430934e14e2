import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** Where the run's server is; global-setup.ts leaves it in the environment of every worker. */
export interface TestServer {
  template: string;
  superuserUrl: string;
  /** Of the template; createTestDatabase gives those of the copy. */
  ownerUrl: string;
  appUrl: string;
}

export interface TestDatabase {
  name: string;
  ownerUrl: string;
  appUrl: string;
  superuserUrl: string;
  /** Connections with every right, as only a test may have: kept open, for there are thousands of looks into it. */
  superuser: pg.Pool;
  drop(): Promise<void>;
}

/** A migrated database of one's own. Nobody can connect to the template, so any number of copies may be made at once. */
export async function createTestDatabase(): Promise<TestDatabase> {
  return create(`TEMPLATE ${testServer().template}`);
}

/** For tests of the migration itself: nothing has been applied to it. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  return create('');
}

async function create(source: string): Promise<TestDatabase> {
  const { superuserUrl, ownerUrl, appUrl } = testServer();
  const name = `bursar_test_${randomBytes(6).toString('hex')}`;
  await asSuperuser(superuserUrl, `CREATE DATABASE ${name} OWNER bursar_owner ${source}`);
  // Whatever is asked by a statement with a name is planned once for a connection.
  const options = '-c plan_cache_mode=force_generic_plan';
  const superuser = new pg.Pool({ connectionString: inDatabase(superuserUrl, name), max: 4, options });
  // A test may end connections under it.
  superuser.on('error', () => undefined);
  return {
    name,
    ownerUrl: inDatabase(ownerUrl, name),
    appUrl: inDatabase(appUrl, name),
    superuserUrl: inDatabase(superuserUrl, name),
    superuser,
    drop: async () => {
      if (!superuser.ended) await superuser.end();
      await asSuperuser(superuserUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

function testServer(): TestServer {
  const server = process.env.TEST_SERVER;
  if (!server) {
    throw new Error('No test server: run the tests through Jest (npm test), which starts one');
  }
  return JSON.parse(server) as TestServer;
}

async function asSuperuser(connectionString: string, statement: string): Promise<void> {
  const superuser = new pg.Client({ connectionString });
  await superuser.connect();
  try {
    await superuser.query(statement);
  } finally {
    await superuser.end();
  }
}

function inDatabase(serverUrl: string, name: string): string {
  return Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href;
}
