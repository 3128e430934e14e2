import { createApp } from './create-app.js';
import { Settings, SettingsError } from './platform/config/index.js';

/** Boots the API (and the workers, by ROLE) against the configured database and providers. */
try {
  const app = await createApp();
  app.enableShutdownHooks();
  const settings = app.get(Settings);
  if (settings.ROLE === 'worker') await app.init();
  else await app.listen(settings.PORT);
} catch (error) {
  console.error(error instanceof SettingsError ? error.message : error);
  process.exit(1);
}
