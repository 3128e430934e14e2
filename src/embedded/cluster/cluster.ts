import { type ChildProcess, spawn } from 'node:child_process';
import { chownSync, closeSync, openSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Binaries } from './binaries.js';
import { isAlive, isReady, stopPostmaster } from './postmaster.js';
import type { SystemUser } from './system-user.js';
import { guard } from './watchdog.js';

const START_TIMEOUT = 30_000;
/** What the server says while the processes of a killed predecessor are still letting go. */
const PREDECESSOR_LINGERS = 'pre-existing shared memory block';

export interface ClusterOptions {
  binaries: Binaries;
  user: SystemUser | undefined;
  pgData: string;
  logFile: string;
}

interface StartOptions extends ClusterOptions {
  port: number;
  settings?: Record<string, string | number>;
  /** Delete this folder when the server stops, however this process ends. */
  removeAfterwards?: string;
}

interface RunningCluster {
  pid: number;
  stop(): Promise<void>;
}

/** The same collation on every system: PostgreSQL's own C.UTF-8, not the operating system's. */
const INITDB = [
  '--username=postgres',
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
];

/** Complete or not there at all: the folder gets its name when initdb is done. */
export async function initCluster(options: ClusterOptions, password: string, flags: string[] = []): Promise<void> {
  const { binaries, user, pgData, logFile } = options;
  const unfinished = `${pgData}.new`;
  const passwordFile = `${pgData}.password`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  try {
    if (user) {
      chownSync(unfinished, user.uid, user.gid);
      chownSync(passwordFile, user.uid, user.gid);
    }
    const all = [`--pgdata=${unfinished}`, `--pwfile=${passwordFile}`, ...INITDB, ...flags];
    const child = launch(binaries.initdb, all, user, unfinished, logFile);
    const code = await new Promise((resolve) => child.once('close', resolve).once('error', resolve));
    if (code !== 0) {
      throw new Error(`initdb failed:\n${tail(logFile)}`);
    }
    await rename(unfinished, pgData);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

export async function startCluster(options: StartOptions): Promise<RunningCluster> {
  const deadline = Date.now() + START_TIMEOUT;
  for (;;) {
    const child = launchServer(options);
    if (await becomesReady(child, options.pgData, deadline)) {
      return supervise(child, options.removeAfterwards);
    }
    const log = tail(options.logFile);
    if (!log.includes(PREDECESSOR_LINGERS) || Date.now() > deadline) {
      throw new Error(`PostgreSQL did not start (${options.logFile}):\n${log}`);
    }
    await sleep(200);
  }
}

function launchServer({ binaries, user, pgData, logFile, port, settings }: StartOptions): ChildProcess {
  const all = { listen_addresses: '127.0.0.1', unix_socket_directories: '', ...settings };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return launch(binaries.postgres, ['-D', pgData, '-p', String(port), ...flags], user, pgData, logFile);
}

/** A group of its own: Ctrl-C is for the application, which stops its database last. */
function launch(
  file: string,
  args: string[],
  user: SystemUser | undefined,
  cwd: string,
  logFile: string,
): ChildProcess {
  const log = openSync(logFile, 'w', 0o600);
  const env = { ...process.env, LC_ALL: 'C', LC_MESSAGES: 'C', TZ: 'UTC' };
  const child = spawn(file, args, { ...user, cwd, env, detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  return child;
}

async function becomesReady(child: ChildProcess, pgData: string, deadline: number): Promise<boolean> {
  let failed = false;
  child.once('exit', () => (failed = true)).once('error', () => (failed = true));
  while (!failed && Date.now() < deadline) {
    if (child.pid !== undefined && isReady(pgData, child.pid)) {
      return true;
    }
    await sleep(10);
  }
  child.kill('SIGQUIT');
  return false;
}

function supervise(child: ChildProcess, removeAfterwards: string | undefined): RunningCluster {
  const pid = child.pid!;
  const stopGuarding = guard(pid, removeAfterwards);
  child.once('exit', stopGuarding);
  child.unref();
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    if (isAlive(pid) && child.exitCode === null && child.signalCode === null) {
      await stopPostmaster(pid);
    }
    stopGuarding();
    if (removeAfterwards !== undefined) {
      await rm(removeAfterwards, { recursive: true, force: true });
    }
  };
  return { pid, stop: () => (stopping ??= stop()) };
}

function tail(logFile: string): string {
  return readFileSync(logFile, 'utf8').trim().split('\n').slice(-15).join('\n');
}
