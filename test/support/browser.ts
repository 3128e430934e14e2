import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const known = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The browser that this machine has, or the one that CHROMIUM_PATH names. */
export const chromiumPath = [process.env.CHROMIUM_PATH, ...known].find((path) => path && existsSync(path));

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** Says loudly that browser tests did not run; a build that must run them sets REQUIRE_BROWSER. */
export function warnWithoutBrowser(): void {
  if (chromiumPath) return;
  const message =
    'NO BROWSER: the tests in a real browser DID NOT RUN. Install Chromium (Debian: apt-get install chromium) or set CHROMIUM_PATH.';
  if (process.env.REQUIRE_BROWSER) throw new Error(message);
  process.stderr.write(`\n${'!'.repeat(message.length)}\n${message}\n${'!'.repeat(message.length)}\n\n`);
}
