import { loadEnvFile } from './env-file.js';
import { readSettings } from './read-settings.js';
import type { Settings } from './settings.js';

/**
 * The settings by `.env` and the environment, which wins. For programs that want to know before the application is made.
 * @throws SettingsError naming every problem at once
 */
export function loadSettings(): Settings {
  loadEnvFile();
  return readSettings(process.env);
}
