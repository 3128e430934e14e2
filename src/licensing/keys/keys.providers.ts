import { Settings } from '../../platform/config/index.js';
import { ActivateLicense } from './activate-license.js';
import { LeaveDomain } from './leave-domain.js';
import { LicenseFiles } from './license-files.js';
import { LicenseKeys } from './license-keys.js';
import { SetBranding } from './set-branding.js';
import { ShowBranding } from './show-branding.js';
import { SigningKeys } from './signing-keys.js';
import { ValidateLicense } from './validate-license.js';

/** Keys that prove a licence, where it is activated, and how that is validated. */
export const keys = [
  {
    provide: SigningKeys,
    inject: [Settings],
    useFactory: (settings: Settings): Promise<SigningKeys> => SigningKeys.from(settings),
  },
  ...[LicenseKeys, LicenseFiles, ValidateLicense, ActivateLicense, LeaveDomain, SetBranding, ShowBranding],
];
