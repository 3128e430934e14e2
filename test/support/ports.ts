import { createServer } from 'node:net';

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
    if (await isFree(port)) return port;
  }
  throw new Error('all ports of this process are taken');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
