import { existsSync } from 'node:fs';

/** Takes `.env` into the environment, where there is one; what is set there already stands. */
export function loadEnvFile(): void {
  if (existsSync('.env')) process.loadEnvFile();
}
