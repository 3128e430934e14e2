import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SignJWT } from 'jose';
import { claimPort } from '../../src/embedded/cluster/free-port.js';

const root = join(import.meta.dirname, '../..');
const JWT_SECRET = 'of-a-measurement-and-of-nothing-else';

export interface Server {
  readonly url: string;
  /** The most memory that the process has had, its workers included; 0 where the system does not tell. */
  peakMegabytes(): number;
  /** Seconds that it has worked so far: what does not depend on who else uses the machine. */
  cpuSeconds(): number;
  stop(): Promise<void>;
}

/** Those of production. */
export function settingsOf(databaseUrl: string): Record<string, string> {
  return {
    NODE_ENV: 'production',
    ALLOW_INSECURE_PRODUCTION: 'true',
    LOG_LEVEL: 'warn',
    DATABASE_URL: databaseUrl,
    JWT_SECRET,
    TRUSTED_PROXIES: '1',
  };
}

/** The production build, API and workers in one process. `BENCH_NODE_FLAGS` go to its Node, such as `--cpu-prof`. */
export async function startServer(databaseUrl: string): Promise<Server> {
  const port = (await claimPort())!;
  const settings = { ...settingsOf(databaseUrl), ROLE: 'all', PORT: String(port) };
  const flags = process.env.BENCH_NODE_FLAGS?.split(' ') ?? [];
  const child = spawn(process.execPath, [...flags, join(root, 'dist/main.js')], {
    cwd: root,
    env: { PATH: process.env.PATH, ...settings },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const exit = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGTERM');
    await exit;
  };
  const url = `http://127.0.0.1:${port}/api`;
  for (let turn = 0; turn < 600; turn += 1) {
    if (child.exitCode !== null) break;
    if ((await fetch(`${url}/health/ready`).catch(() => undefined))?.ok)
      return { url, stop, peakMegabytes: () => peakMegabytes(child.pid), cpuSeconds: () => cpuSeconds(child.pid) };
    await sleep(50);
  }
  await stop();
  throw new Error('the server did not become ready');
}

function peakMegabytes(pid: number | undefined): number {
  const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(told(pid, 'status')) ?? [];
  return Math.round(Number(kilobytes ?? 0) / 1024);
}

function cpuSeconds(pid: number | undefined): number {
  // After the name, which may hold anything: user and system time are the 12th and 13th, in hundredths.
  const fields = told(pid, 'stat').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100;
}

/** What Linux tells of a process; other systems do not. */
function told(pid: number | undefined, what: 'status' | 'stat'): string {
  try {
    return readFileSync(`/proc/${pid}/${what}`, 'utf8');
  } catch {
    return '';
  }
}

/** Signed in for the length of a measurement. */
export function tokenOf(userId: string): Promise<string> {
  return new SignJWT({})
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(userId)
    .setIssuer('bursar')
    .setAudience('bursar-api')
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(JWT_SECRET));
}
