import { claimPort } from '../../src/embedded/cluster/free-port.js';

/** Below those that the system gives to whoever asks for any: connections that begin meanwhile take none of these. */
const FIRST = 10_000;
/** Of one process: others have theirs. */
const BLOCK = 100;
const BLOCKS = 220;

let next = 0;

/** A port that nobody listens on, and that nobody else is told of before it is this process's turn again. */
export async function freePort(): Promise<number> {
  for (let turn = 0; turn < BLOCK; turn += 1) {
    const port = FIRST + (process.pid % BLOCKS) * BLOCK + (next++ % BLOCK);
    if ((await claimPort(port)) !== undefined) return port;
  }
  throw new Error('all ports of this process are taken');
}
