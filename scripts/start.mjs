/** `npm start`: from a fresh clone to a running system. Needs nothing but Node 18 and npm. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { build, generate, install, pinnedNode, root } from './prepare.mjs';

install();
generate();
build();

/*
 * Ctrl-C goes to every process of the terminal's group, and npm passes signals on as well. In a group of its own the
 * application hears only from here, once.
 */
const child = spawn(pinnedNode(), ['--enable-source-maps', 'dist/embedded/start.js', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  // From the second start on it is up a third sooner.
  env: { NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compiled'), ...process.env },
  detached: process.platform !== 'win32',
});

// npm does not pass a signal on when its shell has gone: this process then has another parent, and nobody stops it any more.
const launcher = process.ppid;
setInterval(() => {
  if (process.ppid !== launcher) process.emit('SIGTERM');
}, 1_000).unref();

let forwarded = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (!forwarded) {
      forwarded = true;
      child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal);
    }
  });
}

child.on('error', (error) => {
  console.error(`Cannot start: ${error.message}`);
  process.exit(1);
});
child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
