import { NestFactory } from '@nestjs/core';
import { AppModule } from '../app.module.js';
import { Invariants } from '../ledger/index.js';
import { loadSettings, SettingsError } from '../platform/config/index.js';

/*
 * `npm run check`: asks the configured database, on one snapshot, for everything that must never be. Changes nothing, and may run while
 * the system works. Ends with 1 when a rule does not hold, and with 2 when it could not be asked.
 */

// Neither serves nor works: it only does this one thing.
process.env.ROLE = 'api';
try {
  loadSettings();
  // Or Nest would end the process by itself, with 1.
  const app = await NestFactory.createApplicationContext(AppModule, { logger: ['error'], abortOnError: false });
  try {
    const invariants = app.get(Invariants);
    const violations = await invariants.check();
    for (const { rule, subject, detail } of violations) console.error(`${rule}\n  ${subject}: ${detail}`);
    if (violations.length === 0) console.log(`all ${invariants.count} rules hold`);
    else process.exitCode = 1;
  } finally {
    await app.close();
  }
} catch (error) {
  console.error(error instanceof SettingsError ? error.message : error);
  process.exitCode = 2;
}
