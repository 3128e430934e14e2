/** `npm test -- <Jest's arguments>`: Jest starts its own PostgreSQL (test/support/global-setup.ts). */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { build, generate, install, pinnedNode, root } from './prepare.mjs';

install();
generate();
// For the tests that start processes.
build();

const args = ['--import', './test/support/runner/typescript.mjs', 'node_modules/jest/bin/jest.js'];
const child = spawn(pinnedNode(), [...args, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });

// Jest shares the terminal's group, so Ctrl-C reaches it by itself; this process only waits for its answer.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));

child.on('error', (error) => {
  console.error(`Cannot start Jest: ${error.message}`);
  process.exit(1);
});
child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
