import { readSettingsFile, Settings } from '../../platform/config/index.js';
import { parseRewards } from './read-rewards.js';
import { Rewards } from './rewards.js';

export const rewards = [
  {
    provide: Rewards,
    inject: [Settings],
    useFactory: ({ REWARDS_FILE }: Settings): Promise<Rewards> =>
      readSettingsFile('REWARDS_FILE', REWARDS_FILE, parseRewards),
  },
];
