import { mustHold } from '../../ledger/index.js';
import { CreateLicense } from './create-license.js';
import { EndDeferrals } from './end-deferrals.js';
import { licenseRules } from './license-rules.js';
import { LookAtLicenses } from './look-at-licenses.js';
import { MarkPaid } from './mark-paid.js';
import { MoveLicense } from './move-license.js';
import { MoveSoldTerm } from './move-sold-term.js';
import { OfferTerm } from './offer-term.js';
import { OwnLicense } from './own-license.js';
import { PaidTerms } from './paid-terms.js';
import { PayTerm } from './pay-term.js';
import { PriceTerm } from './price-term.js';
import { ReadLicenses } from './read-licenses.js';
import { RenewLicense } from './renew-license.js';
import { ResumeLicense } from './resume-license.js';
import { RevokeLicense } from './revoke-license.js';
import { SellLicense } from './sell-license.js';
import { ShowLicense } from './show-license.js';
import { SuspendLicense } from './suspend-license.js';

const reading = [OwnLicense, ReadLicenses, ShowLicense];
const offering = [CreateLicense, RenewLicense, OfferTerm, PriceTerm];
const paying = [PayTerm, MarkPaid, SellLicense, MoveSoldTerm, EndDeferrals];
const standing = [PaidTerms, MoveLicense, SuspendLicense, ResumeLicense, RevokeLicense, LookAtLicenses];

/** What organizations have of tiers, and for how long. */
export const licenses = [...reading, ...offering, ...paying, ...standing, mustHold(licenseRules)];
