export { Settings, SettingsError, readSettings } from './settings.js';
export { SettingsModule } from './config.module.js';
