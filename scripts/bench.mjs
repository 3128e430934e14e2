/** `npm run bench -- [name …] [--quick]`: builds what is out of date, then measures (bench/run.ts). */
import { spawn } from 'node:child_process';
import { build, generate, install, pinnedNode, root } from './prepare.mjs';

install();
generate();
build();

const args = ['--import', './scripts/typescript-imports.mjs', '--disable-warning=ExperimentalWarning', 'bench/run.ts'];
const child = spawn(pinnedNode(), [...args, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));
