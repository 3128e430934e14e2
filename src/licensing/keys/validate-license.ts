import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database } from '../../platform/database/index.js';
import { statusOf } from '../licenses/license-states.js';
import { Tiers } from '../tiers/tiers.js';
import { domainName } from './domain-name.js';
import type { ValidatedLicenseDto, ValidateQuery, ValidationDto } from './keys.dto.js';
import { LicenseFiles } from './license-files.js';
import { LicenseKeys } from './license-keys.js';
import { type Reason, standingOf } from './standing.js';

/** Whether a licence holds where its key is used, and why not. Changes nothing. */
@Injectable()
export class ValidateLicense {
  constructor(
    private readonly database: Database,
    private readonly keys: LicenseKeys,
    private readonly files: LicenseFiles,
    private readonly tiers: Tiers,
    private readonly clock: Clock,
  ) {}

  async execute({ key, domain }: ValidateQuery): Promise<ValidationDto> {
    const read = await this.keys.read(key);
    if (read.flaw) return refused(read.flaw);
    const license = await this.find(read.licenseId);
    if (!license) return refused('UNKNOWN');
    const standing = standingOf(license, this.clock.now());
    const place = placeOf(
      domain,
      license.domains.map((one) => one.domain),
    );
    if (place === undefined) {
      // Whoever is about to activate it is told what is still to be done; a domain that is another's learns nothing of the licence.
      const begins = license.domains.length === 0 && (standing === 'NOT_PAID' || standing === 'NOT_ACTIVATED');
      return refused(begins ? standing : 'WRONG_DOMAIN');
    }
    return {
      valid: standing === 'OK',
      reason: standing,
      license: this.toDto(license),
      file: await this.files.write(license, place),
    };
  }

  private find(id: string) {
    return this.database.client.license.findUnique({
      where: { id },
      include: { organization: true, domains: { where: { removedAt: null }, select: { domain: true } } },
    });
  }

  private toDto(license: NonNullable<Awaited<ReturnType<ValidateLicense['find']>>>): ValidatedLicenseDto {
    const { id, organization, tier, seats, expiresAt } = license;
    return {
      ...{ id, organization: { id: organization.id, name: organization.name }, tier },
      features: [...this.tiers.get(tier).features],
      ...{ seats, status: statusOf(license, this.clock.now()), expiresAt },
    };
  }
}

const refused = (reason: Reason): ValidationDto => ({ valid: false, reason, license: null, file: null });

/** Where of the licence's own it is used: one of its domains, or null for no domain when it has none. Undefined when nowhere of its own. */
function placeOf(asked: string | undefined, own: string[]): string | null | undefined {
  if (asked === undefined) return own.length === 0 ? null : undefined;
  const domain = domainName(asked);
  return domain !== undefined && own.includes(domain) ? domain : undefined;
}
