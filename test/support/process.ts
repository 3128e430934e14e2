import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, requester, type TestApp, testSettings } from './app.js';
import type { TestDatabase } from './database.js';

/** The application as its own operating-system process, from the build, so that it can be killed. */
export interface TestProcess extends Pick<TestApp, 'url' | 'request' | 'get' | 'post'> {
  readonly pid: number;
  /** kill -9: nothing gets to run any more. */
  kill(): Promise<void>;
  /** SIGTERM, and waits for its end; answers the exit code. */
  stop(): Promise<number | null>;
  /** What it has written to its log; only of one that was told a LOG_LEVEL. */
  log(): LogLine[];
}

export interface LogLine {
  readonly level: number;
  readonly msg?: string;
  readonly [field: string]: unknown;
}

/** Compiled once for all the processes of a run, which start a third sooner. */
const keptCode = { NODE_COMPILE_CACHE: 'node_modules/.cache/compiled' };

export async function startProcess(
  database: TestDatabase,
  port: number,
  settings: Record<string, string> = {},
): Promise<TestProcess> {
  const child = spawn(process.execPath, ['--enable-source-maps', 'dist/bin/main.js'], {
    env: { PATH: process.env.PATH, ...keptCode, ...testSettings(database), PORT: String(port), ...settings },
    stdio: ['ignore', settings.LOG_LEVEL ? 'pipe' : 'inherit', 'inherit'],
  });
  let written = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (written += text));
  const url = `http://127.0.0.1:${port}`;
  const request = requester(url);
  await ready(url, child);
  return {
    pid: child.pid!,
    url,
    request,
    get: <T>(path: string, token?: string): Promise<Answer<T>> => request<T>('GET', path, { token }),
    post: <T>(path: string, body?: unknown, token?: string, headers?: Record<string, string>): Promise<Answer<T>> =>
      request<T>('POST', path, { body: body ?? {}, token, headers }),
    kill: async () => {
      await ended(child, 'SIGKILL');
    },
    stop: () => ended(child, 'SIGTERM'),
    log: () =>
      written
        .split('\n')
        .slice(0, -1)
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as LogLine),
  };
}

async function ready(url: string, child: ChildProcess): Promise<void> {
  for (let turn = 0; turn < 1200; turn += 1) {
    if (child.exitCode !== null) throw new Error(`the process ended with ${child.exitCode} before it was ready`);
    const answer = await fetch(`${url}/api/health/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(50);
  }
  throw new Error('the process is not ready after a minute');
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  return new Promise((resolve) => {
    child.once('exit', (code) => resolve(code));
    child.kill(signal);
  });
}

/** Waits until a condition holds; the time is what a person would still call "at once". */
export async function eventually<T>(read: () => Promise<T>, holds: (value: T) => boolean, seconds = 10): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const value = await read();
    if (holds(value)) return value;
    if (Date.now() > deadline) throw new Error(`still ${JSON.stringify(value)} after ${seconds} seconds`);
    await sleep(50);
  }
}
