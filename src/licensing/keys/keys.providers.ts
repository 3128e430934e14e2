import { Settings } from '../../platform/config/index.js';
import { LicenseFiles } from './license-files.js';
import { LicenseKeys } from './license-keys.js';
import { SigningKeys } from './signing-keys.js';

/** Keys that prove a licence, where it is activated, and how that is validated. */
export const keys = [
  {
    provide: SigningKeys,
    inject: [Settings],
    useFactory: (settings: Settings): Promise<SigningKeys> => SigningKeys.from(settings),
  },
  ...[LicenseKeys, LicenseFiles],
];
