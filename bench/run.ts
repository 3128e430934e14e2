import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Bench } from './bench.js';
import { bookings } from './booking.js';
import { courseLists } from './course-lists.js';
import { leaderboards } from './leaderboard.js';
import { walletPurchases } from './wallet-purchase.js';

/*
 * `npm run bench [-- <name> …] [-- --quick] [-- --courses <number>] [-- --players <number>]`: runs the named measurements, or all; prints a table of each and writes its figures to
 * bench/results. Needs a build. Figures of shared machines are noisy: read ratios of one run, and the distribution.
 */

const benches: Record<string, Bench> = {
  booking: bookings,
  wallet: walletPurchases,
  lists: courseLists,
  leaderboard: leaderboards,
};

const { values, positionals: named } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, courses: { type: 'string' }, players: { type: 'string' } },
  allowPositionals: true,
});
const { quick } = values;
const numberOf = (text: string | undefined) => (text === undefined ? undefined : Number(text));
const [courses, players] = [numberOf(values.courses), numberOf(values.players)];
const unknown = named.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')}. There are: ${Object.keys(benches).join(', ')}`);
  process.exit(2);
}

const results = join(import.meta.dirname, 'results');
mkdirSync(results, { recursive: true });
for (const [name, bench] of Object.entries(benches)) {
  if (named.length > 0 && !named.includes(name)) continue;
  const figures = await bench({ quick, courses, players });
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version };
  console.log(`\n${name}${quick ? ' (quick)' : ''}`);
  console.table(figures);
  const report = { name, quick, at: new Date().toISOString(), machine, figures };
  writeFileSync(join(results, `${name}.json`), `${JSON.stringify(report, null, 2)}\n`);
}
