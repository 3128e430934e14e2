import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface Post {
  readonly token: string;
  /** The sender's address, as the proxy in front of the server tells it: everybody has one, and limits are per address. */
  readonly from: string;
  readonly body: object;
}

/** Closed: so many clients, one request at a time each. Open: so many a second, or all at once, over so many connections. */
type Pace = { readonly clients: number } | { readonly connections: number; readonly perSecond?: number };

/** Somebody reads a page. */
export interface Get {
  readonly path: string;
  readonly from: string;
}

export interface Load {
  readonly url: string;
  readonly requests: readonly (Post | Get)[];
  readonly pace: Pace;
}

/** Latencies in milliseconds, one of each request; how many answers had which status. */
export interface Outcome {
  readonly seconds: number;
  readonly latencies: number[];
  readonly statuses: Record<string, number>;
}

/** Sends the requests from a process of their own. */
export async function load(given: Load): Promise<Outcome> {
  const script = join(import.meta.dirname, 'load-process.ts');
  const child = spawn(process.execPath, [...process.execArgv, script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  child.stdin.end(JSON.stringify(given));
  const pieces: Buffer[] = [];
  for await (const piece of child.stdout) pieces.push(piece as Buffer);
  const [code] = (await exit) as [number | null];
  if (code !== 0) throw new Error(`the load generator ended with ${code}`);
  return JSON.parse(Buffer.concat(pieces).toString()) as Outcome;
}

/** An address of its own for everybody, by their number. */
export const addressOf = (sender: number): string => `10.${sender >> 16}.${(sender >> 8) & 255}.${sender & 255}`;
