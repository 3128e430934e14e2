import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { findBinaries } from '../../src/embedded/cluster/binaries.js';
import { initCluster, startCluster } from '../../src/embedded/cluster/cluster.js';
import { claimPort } from '../../src/embedded/cluster/free-port.js';
import { systemUser } from '../../src/embedded/cluster/system-user.js';
import { createRolesAndDatabase } from '../../src/embedded/cluster/roles.js';
import { migrate } from '../../src/platform/database/migrate/migrate.js';
import type { TestServer } from './database.js';

type Stoppable = typeof globalThis & { stopTestServer?: () => Promise<void> };

/** Durability is for data that is kept: a crash of this server ends the run anyway. */
const SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: 0,
  max_connections: 300,
};

const OWNER_PASSWORD = 'owner';
const APP_PASSWORD = 'app';

/** One server for the run, one migrated database in it that every test file's own database is copied from. */
export default async function setUp(): Promise<void> {
  const given = process.env.TEST_DATABASE_SUPERUSER_URL;
  const { superuserUrl, stop } = given ? { superuserUrl: given, stop: async () => undefined } : await startServer();
  const template = `bursar_template_${randomBytes(4).toString('hex')}`;
  const server: TestServer = {
    template,
    superuserUrl,
    ownerUrl: withLogin(superuserUrl, 'bursar_owner', OWNER_PASSWORD, template),
    appUrl: withLogin(superuserUrl, 'bursar_app', APP_PASSWORD, template),
  };
  const cleanUp = async () => {
    await dropTemplate(server).finally(stop);
  };
  (globalThis as Stoppable).stopTestServer = cleanUp;
  try {
    await createTemplate(server);
    process.env.TEST_SERVER = JSON.stringify(server);
  } catch (error) {
    await cleanUp();
    throw error;
  }
}

async function startServer(): Promise<{ superuserUrl: string; stop: () => Promise<void> }> {
  const user = systemUser();
  const directory = await mkdtemp(join(await quickestDisk(), 'bursar-test-'));
  await chmod(directory, 0o711);
  const cluster = {
    user,
    binaries: await findBinaries(user),
    pgData: join(directory, 'postgres'),
    logFile: join(directory, 'postgres.log'),
  };
  const password = randomBytes(12).toString('hex');
  await initCluster(cluster, password, ['--no-sync']);
  const port = (await claimPort()) ?? 0;
  const server = await startCluster({
    ...cluster,
    port,
    settings: { ...SETTINGS, unix_socket_directories: cluster.pgData },
    removeAfterwards: directory,
  });
  // By its socket in the file system: a way through TCP is a tenth of the time of a run.
  const superuserUrl = `postgresql://postgres:${password}@127.0.0.1:${port}/postgres?host=${cluster.pgData}`;
  return { superuserUrl, stop: () => server.stop() };
}

/** Memory, where there is plenty: a database is copied for every test file, a thousand small files each time. */
async function quickestDisk(): Promise<string> {
  const memory = await statfs('/dev/shm').catch(() => undefined);
  return memory && memory.bavail * memory.bsize > 4 * 2 ** 30 ? '/dev/shm' : tmpdir();
}

async function createTemplate({ superuserUrl, ownerUrl, appUrl, template }: TestServer): Promise<void> {
  await createRolesAndDatabase(superuserUrl, template, { ownerPassword: OWNER_PASSWORD, appPassword: APP_PASSWORD });
  await migrate({ ownerUrl, appUrl });
  await asSuperuser(superuserUrl, `ALTER DATABASE ${template} WITH ALLOW_CONNECTIONS false`);
}

async function dropTemplate({ superuserUrl, template }: TestServer): Promise<void> {
  await asSuperuser(superuserUrl, `DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
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

function withLogin(serverUrl: string, role: string, password: string, database: string): string {
  const url = new URL(serverUrl);
  return Object.assign(url, { username: role, password, pathname: `/${database}` }).href;
}
