import { spawn } from 'node:child_process';
import { once } from 'node:events';

interface Yardstick {
  readonly script: string;
  readonly clients: number;
  readonly seconds: number;
}

/** What the database alone does a second, in prepared statements; undefined without pgbench. */
export async function pgbench(url: string, { script, clients, seconds }: Yardstick): Promise<number | undefined> {
  const { pathname, hostname, port, username, password } = new URL(url);
  const args = ['-M', 'prepared', '-n', '-c', String(clients), '-j', '2', '-T', String(Math.ceil(seconds)), '-f', '-'];
  const child = spawn('pgbench', [...args, pathname.slice(1)], {
    env: { ...process.env, PGHOST: hostname, PGPORT: port, PGUSER: username, PGPASSWORD: password },
  });
  const said: string[] = [];
  child.stdout.on('data', (piece) => said.push(String(piece)));
  child.stderr.on('data', (piece) => said.push(String(piece)));
  child.stdin.on('error', () => undefined).end(script);
  const failed = await once(child, 'close').then(() => undefined, String);
  const [, tps] = /tps = ([\d.]+)/.exec(said.join('')) ?? [];
  if (child.exitCode === 0 && tps !== undefined) return Number(tps);
  console.error(
    `NO YARDSTICK: pgbench is missing (Debian: apt-get install postgresql-contrib) or failed. ${failed ?? said.join('')}`,
  );
  return undefined;
}
