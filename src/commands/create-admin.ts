import '../platform/runtime/require-node.js';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../app.module.js';
import { CreateAdmin } from '../identity/index.js';
import { loadSettings, SettingsError } from '../platform/config/index.js';
import { DomainError } from '../platform/errors/index.js';

/*
 * `npm run create-admin -- <e-mail> [name]`: makes the first ADMIN, or sets a password anew. A user who is there is given the role, and the
 * password if there is one; a new user needs a name and a password. It is in ADMIN_PASSWORD (never an argument: those are seen by everyone
 * on the machine).
 */
const [email, name] = process.argv.slice(2);
if (!email) {
  console.error('Usage: ADMIN_PASSWORD=… npm run create-admin -- <e-mail> [name]');
  process.exit(2);
}

// Neither serves nor works: it only does this one thing.
process.env.ROLE = 'api';
try {
  loadSettings();
} catch (error) {
  console.error(error instanceof SettingsError ? error.message : error);
  process.exit(1);
}
const app = await NestFactory.createApplicationContext(AppModule, { logger: ['error'] });
try {
  const { outcome, userId, password } = await app
    .get(CreateAdmin)
    .execute({ email, name, password: process.env.ADMIN_PASSWORD });
  const words = password === 'set' ? 'password set' : 'they keep their own password; ADMIN_PASSWORD would set another';
  console.log(`${email} is an admin (${outcome}: ${userId}); ${words}`);
} catch (error) {
  const refusals =
    error instanceof DomainError ? (error.errors ?? []).map(({ pointer, detail }) => `  ${pointer}: ${detail}`) : [];
  console.error(error instanceof DomainError ? [error.detail, ...refusals].join('\n') : error);
  process.exitCode = 1;
} finally {
  await app.close();
}
