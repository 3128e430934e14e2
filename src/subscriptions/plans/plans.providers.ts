import { readSettingsFile, Settings } from '../../platform/config/index.js';
import { Plans } from './plans.js';
import { parsePlans } from './read-plans.js';

export const plans = [
  {
    provide: Plans,
    inject: [Settings],
    useFactory: ({ PLANS_FILE }: Settings): Promise<Plans> => readSettingsFile('PLANS_FILE', PLANS_FILE, parsePlans),
  },
];
