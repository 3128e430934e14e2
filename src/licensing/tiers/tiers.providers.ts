import { readSettingsFile, Settings } from '../../platform/config/index.js';
import { parseTiers } from './read-tiers.js';
import { Tiers } from './tiers.js';

export const tiers = [
  {
    provide: Tiers,
    inject: [Settings],
    useFactory: ({ LICENSES_FILE }: Settings): Promise<Tiers> =>
      readSettingsFile('LICENSES_FILE', LICENSES_FILE, parseTiers),
  },
];
