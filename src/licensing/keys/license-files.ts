import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import type { LicenseFacts, LicenseRow } from '../licenses/license-states.js';
import { Tiers } from '../tiers/tiers.js';
import { SigningKeys } from './signing-keys.js';
import { standingOf } from './standing.js';

/** What has changed since is known offline after so long at the latest. */
export const FILE_DAYS = 7;

const seconds = (moment: Date) => Math.floor(moment.getTime() / 1000);

type Proven = LicenseFacts & Pick<LicenseRow, 'id' | 'organizationId' | 'tier' | 'seats'>;

/**
 * What proves offline how a licence stands on a domain, or that it does not: `docs/examples/verify-license.mjs` reads it. It says the reason
 * too, so whoever fetches it again learns of a revocation at once; and it is soon over, so whoever does not learns of it then.
 */
@Injectable()
export class LicenseFiles {
  constructor(
    private readonly signing: SigningKeys,
    private readonly tiers: Tiers,
    private readonly clock: Clock,
  ) {}

  /** @param domain null for a licence that is bound to none @throws LicensingProblems.notOffered */
  write(license: Proven, domain: string | null): Promise<string> {
    const now = this.clock.now();
    const { id, organizationId, tier, seats, expiresAt } = license;
    const says = {
      ...{ iss: 'bursar', sub: id, org: organizationId, tier, domain },
      ...{ reason: standingOf(license, now), features: this.tiers.get(tier).features, seats },
      licenseExpiresAt: expiresAt && seconds(expiresAt),
      iat: seconds(now),
      exp: seconds(now) + FILE_DAYS * 86_400,
    };
    return this.signing.sign(says, 'bursar-license-file');
  }
}
