import './platform/runtime/require-node.js';
import { createApp } from './create-app.js';
import { Logger } from '@nestjs/common';
import { insecurities, loadSettings, SettingsError } from './platform/config/index.js';

/*
 * Boots the API (and the workers, by ROLE) against the configured database and providers. Production unless told otherwise: nobody should
 * come to run on development's secrets by forgetting a variable.
 */
process.env.NODE_ENV ??= 'production';
try {
  // Before anything else is made, so that a mistake is all that is printed.
  const settings = loadSettings();
  const app = await createApp();
  app.enableShutdownHooks();
  for (const risk of insecurities(settings)) new Logger('Security').warn(risk);
  if (settings.ROLE === 'worker') await app.init();
  else await app.listen(settings.PORT);
} catch (error) {
  console.error(
    error instanceof SettingsError || (error instanceof Error && error.constructor === Error) ? error.message : error,
  );
  process.exit(1);
}
