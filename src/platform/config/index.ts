export { loadEnvFile } from './env-file.js';
export { loadSettings } from './load-settings.js';
export { insecurities, Settings, SettingsError, readSettings } from './settings.js';
export { SettingsModule } from './config.module.js';
