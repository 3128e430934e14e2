export { loadEnvFile } from './env-file.js';
export { loadSettings } from './load-settings.js';
export { insecurities, readSettings, SettingsError } from './read-settings.js';
export { inLines, type Parsed, readSettingsFile, saidTwice } from './settings-file.js';
export { Settings } from './settings.js';
export { SettingsModule } from './config.module.js';
export type { S3Access } from './content-settings.js';
export type { MpesaAccess, PaymobAccess } from './provider-settings.js';
