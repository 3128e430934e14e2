import { chmod, mkdir } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { FALLBACK_DIRECTORY, findBinaries } from './cluster/binaries.js';
import { type ClusterOptions, initCluster, startCluster } from './cluster/cluster.js';
import { claimPort } from './cluster/free-port.js';
import { forgetRecycledPid, hasLivingLauncher, runningPostmaster, stopPostmaster } from './cluster/postmaster.js';
import { createRolesAndDatabase } from './cluster/roles.js';
import { loadState, saveState } from './cluster/state.js';
import { mayEnter, systemUser, type SystemUser } from './cluster/system-user.js';

const DATABASE = 'bursar';

interface EmbeddedPostgresOptions {
  /** Holds the cluster (`postgres`), its log, and its port and passwords (`postgres.json`, mode 0600). */
  dataDir: string;
  /** Insist on this port; otherwise the one of the last start, or a free one. */
  port?: number;
}

export interface EmbeddedPostgres {
  ownerUrl: string;
  appUrl: string;
  /** Clean shutdown; safe to call more than once. */
  stop(): Promise<void>;
}

/** A durable PostgreSQL of our own for a machine that has none. It ends with this process, whichever way that ends. */
export async function startEmbeddedPostgres({ dataDir, port }: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const user = systemUser();
  const home = await reachableHome(resolve(dataDir), user);
  const cluster: ClusterOptions = {
    user,
    binaries: await findBinaries(user),
    pgData: join(home, 'postgres'),
    logFile: join(home, 'postgres.log'),
  };
  const state = await loadState(home, cluster.pgData);
  await takeOver(cluster.pgData);
  if (!existsSync(cluster.pgData)) {
    await saveState(home, state);
    await initCluster(cluster, state.superuserPassword);
  }
  state.port = await choosePort(port, state.port);
  await saveState(home, state);
  const server = await startCluster({ ...cluster, port: state.port });
  const url = (role: string, password: string) =>
    `postgresql://${role}:${password}@127.0.0.1:${state.port}/${DATABASE}`;
  try {
    if (!state.prepared) {
      await createRolesAndDatabase(url('postgres', state.superuserPassword), DATABASE, state);
      await saveState(home, Object.assign(state, { prepared: true }));
    }
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    ownerUrl: url('bursar_owner', state.ownerPassword),
    appUrl: url('bursar_app', state.appPassword),
    stop: () => server.stop(),
  };
}

async function reachableHome(wanted: string, user: SystemUser | undefined): Promise<string> {
  await mkdir(wanted, { recursive: true });
  if (mayEnter(user, wanted)) {
    return wanted;
  }
  const name = `${basename(dirname(wanted))}-${createHash('sha256').update(wanted).digest('hex').slice(0, 8)}`;
  const home = join(FALLBACK_DIRECTORY, name);
  await mkdir(home, { recursive: true, mode: 0o755 });
  await chmod(FALLBACK_DIRECTORY, 0o755);
  console.log(`${wanted} cannot be reached by the database's system user: its data is in ${home}`);
  return home;
}

/** A server that outlived a killed process is stopped; one that somebody is using is not ours to touch. */
async function takeOver(pgData: string): Promise<void> {
  const running = runningPostmaster(pgData);
  if (!running) {
    forgetRecycledPid(pgData);
    return;
  }
  if (hasLivingLauncher(running)) {
    throw new Error(
      `Bursar is already running on ${pgData}, as process ${running.parent}. Stop that one first (Ctrl-C, or kill ${running.parent}).`,
    );
  }
  console.log(`Stopping the PostgreSQL (process ${running.pid}) that a killed run left on ${pgData}.`);
  await stopPostmaster(running.pid);
}

async function choosePort(insisted: number | undefined, remembered: number | undefined): Promise<number> {
  const port = await claimPort(insisted ?? remembered);
  if (port !== undefined) {
    return port;
  }
  if (insisted !== undefined) {
    throw new Error(`Port ${insisted} is taken: the embedded PostgreSQL cannot listen there`);
  }
  const other = await claimPort();
  if (other === undefined) {
    throw new Error('No free port on 127.0.0.1 for the embedded PostgreSQL');
  }
  return other;
}
