import { Injectable } from '@nestjs/common';
import type { LicenseRow } from '../licenses/license-states.js';
import { SigningKeys, type TokenFlaw } from './signing-keys.js';

type Proven = Pick<LicenseRow, 'id' | 'organizationId' | 'tier' | 'createdAt'>;

/** A licence's key: what its organization holds to prove that it has the licence. Made anew whenever it is shown; nothing stores it. */
@Injectable()
export class LicenseKeys {
  constructor(private readonly signing: SigningKeys) {}

  /** @throws LicensingProblems.notOffered */
  of({ id, organizationId, tier, createdAt }: Proven): Promise<string> {
    const says = { iss: 'bursar', sub: id, org: organizationId, tier, iat: Math.floor(createdAt.getTime() / 1000) };
    return this.signing.sign(says, 'bursar-license-key');
  }

  /** The same; null when there is nothing to sign it with. */
  async find(license: Proven): Promise<string | null> {
    return this.signing.published.length > 0 ? this.of(license) : null;
  }

  /** @returns whose key it is, or what is wrong with it */
  async read(key: string): Promise<{ licenseId: string; flaw?: undefined } | { flaw: TokenFlaw }> {
    const token = await this.signing.read(key, 'bursar-license-key');
    if (token.flaw) return token;
    const { says } = token;
    if (typeof says !== 'object' || says === null || !('sub' in says) || typeof says.sub !== 'string')
      return { flaw: 'MALFORMED' };
    return { licenseId: says.sub };
  }
}
