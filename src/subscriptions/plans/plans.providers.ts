import { Settings } from '../../platform/config/index.js';
import { Plans } from './plans.js';
import { readPlans } from './read-plans.js';

export const plans = [
  {
    provide: Plans,
    inject: [Settings],
    useFactory: (settings: Settings): Promise<Plans> => readPlans(settings.PLANS_FILE),
  },
];
