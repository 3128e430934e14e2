import { MoveLicense } from './move-license.js';
import { OwnLicense } from './own-license.js';

/** What organizations have of tiers, and for how long. */
export const licenses = [OwnLicense, MoveLicense];
