import '../../runtime/require-node.js';
import { loadEnvFile } from '../../config/env-file.js';
import { migrate, type MigrateResult } from './migrate.js';

loadEnvFile();
const { DATABASE_URL: appUrl, DATABASE_OWNER_URL } = process.env;

if (!appUrl) {
  fail('DATABASE_URL is not set: the connection of the application, for example postgresql://bursar_app:…@host/bursar');
}
if (!DATABASE_OWNER_URL) {
  console.warn('DATABASE_OWNER_URL is not set: migrating as the application itself, so both roles are the same.');
}

try {
  report(await migrate({ ownerUrl: DATABASE_OWNER_URL || appUrl, appUrl }));
} catch (error) {
  fail(`Migration failed: ${error instanceof Error ? error.message : String(error)}`);
}

function report(result: MigrateResult): void {
  const lines = [
    line('created', result.roles),
    line('migrations', result.migrations),
    line('functions', result.functions),
    line('dropped functions', result.droppedFunctions),
    line('jobs', result.jobs),
    result.grants.length > 0 ? `grants: ${result.grants.length} brought up to date` : '',
  ].filter(Boolean);
  console.log(lines.length > 0 ? lines.join('\n') : 'The database is up to date.');
  result.warnings.forEach((warning) => console.warn(`Warning: ${warning}.`));
}

function line(title: string, items: string[]): string {
  return items.length > 0 ? `${title}: ${items.join(', ')}` : '';
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
