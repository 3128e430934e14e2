import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const known = ['/usr/bin/hledger', '/usr/local/bin/hledger', '/opt/homebrew/bin/hledger'];

/** The hledger that this machine has, or the one that HLEDGER_PATH names. */
export const hledgerPath = [process.env.HLEDGER_PATH, ...known].find((path) => path && existsSync(path));

/** Runs hledger on a journal and answers what it prints. */
export function hledger(journal: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(hledgerPath!, ['-f', '-', ...args], {
    input: journal,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    // It refuses names that are not ASCII unless told that they are UTF-8.
    env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' },
  });
  if (status !== 0) throw new Error(`hledger ${args.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
}

/** Says loudly that the export was not given to hledger; a build that must do so sets REQUIRE_HLEDGER. */
export function warnWithoutHledger(): void {
  if (hledgerPath) return;
  const message =
    'NO HLEDGER: the export WAS NOT CHECKED by it. Install hledger (Debian: apt-get install hledger) or set HLEDGER_PATH.';
  if (process.env.REQUIRE_HLEDGER) throw new Error(message);
  process.stderr.write(`\n${'!'.repeat(message.length)}\n${message}\n${'!'.repeat(message.length)}\n\n`);
}
