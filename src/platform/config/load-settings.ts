import { existsSync } from 'node:fs';
import { readSettings, type Settings } from './settings.js';

/**
 * The settings by `.env` and the environment, which wins. For programs that want to know before the application is made.
 * @throws SettingsError naming every problem at once
 */
export function loadSettings(): Settings {
  if (existsSync('.env')) process.loadEnvFile();
  return readSettings(process.env);
}
