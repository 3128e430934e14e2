import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const STOP_TIMEOUT = 15_000;

interface Postmaster {
  pid: number;
  parent: number;
}

/** The server that runs on this data directory, whoever started it. A file left by a dead one does not count. */
export function runningPostmaster(pgData: string): Postmaster | undefined {
  const pid = Number(readPidFile(pgData)[0]);
  const found = Number.isInteger(pid) && pid > 0 ? processInfo(pid) : undefined;
  return found?.args.includes(pgData) ? { pid, parent: found.parent } : undefined;
}

/**
 * PostgreSQL itself sees through the file of a dead server, unless the number now belongs to another process of the same
 * user. That server is long gone then, and the file may go; in any other case it is the lock that protects the data.
 */
export function forgetRecycledPid(pgData: string): void {
  const pid = Number(readPidFile(pgData)[0]);
  if (pid > 0 && isAlive(pid) && !runningPostmaster(pgData)) {
    rmSync(join(pgData, 'postmaster.pid'));
  }
}

export function isReady(pgData: string, pid: number): boolean {
  const lines = readPidFile(pgData);
  return lines[0] === String(pid) && lines[7]?.trim() === 'ready';
}

function readPidFile(pgData: string): string[] {
  const file = join(pgData, 'postmaster.pid');
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
}

/** Whoever started it is still there. An orphan belongs to init or another reaper of the system, never to a Node. */
export function hasLivingLauncher({ parent }: Postmaster): boolean {
  return /\bnode\b/.test(processInfo(parent)?.args ?? '');
}

/** Fast shutdown; an immediate one (crash recovery at the next start) when that takes too long. */
export async function stopPostmaster(pid: number): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    send(pid, signal);
    const deadline = Date.now() + STOP_TIMEOUT;
    while (Date.now() < deadline) {
      if (!isAlive(pid)) {
        return;
      }
      await sleep(10);
    }
  }
  throw new Error(`PostgreSQL (process ${pid}) does not stop`);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
      throw error;
    }
  }
}

/** A pid alone proves nothing: after a restart of the machine or container it may be anybody's. */
function processInfo(pid: number): { parent: number; args: string } | undefined {
  try {
    return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
  } catch {
    return undefined;
  }
}

function fromProc(pid: number): { parent: number; args: string } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { parent: Number(parent), args: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ') };
}

function fromPs(pid: number): { parent: number; args: string } {
  const line = execFileSync('ps', ['-o', 'ppid=,args=', '-ww', '-p', String(pid)], { encoding: 'utf8' }).trim();
  const [parent] = line.split(/\s+/, 1);
  return { parent: Number(parent), args: line };
}
