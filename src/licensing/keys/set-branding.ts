import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma, Transactional } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { OwnLicense } from '../licenses/own-license.js';
import { LicensingProblems } from '../licensing.problems.js';
import { Tiers } from '../tiers/tiers.js';
import { partOf, shownBranding } from './branding.js';
import type { BrandingDto, SetBrandingDto } from './branding.dto.js';

/** What an organization shows instead of the school's looks. Nothing follows from it, so whoever comes last has their way. */
@Injectable()
export class SetBranding {
  constructor(
    private readonly database: Database,
    private readonly own: OwnLicense,
    private readonly tiers: Tiers,
    private readonly clock: Clock,
  ) {}

  /** All of it: what is left out is the school's again. @throws LicensingProblems.brandingNotIncluded; not found for another organization's */
  @Transactional()
  async execute(id: string, wanted: SetBrandingDto, principal: Principal): Promise<BrandingDto> {
    const { tier: tierId } = await this.own.find(id, principal);
    const tier = this.tiers.get(tierId);
    const missing = (['name', 'logoUrl', 'colors'] as const).filter(
      (field) => wanted[field] !== undefined && !tier.branding.includes(partOf[field]),
    );
    if (missing.length > 0)
      throw new DomainError(
        LicensingProblems.brandingNotIncluded,
        `The tier ${tier.name} does not include: ${missing.join(', ')}`,
      );
    const { name = null, logoUrl = null, colors } = wanted;
    const license = await this.database.client.license.update({
      where: { id },
      data: {
        ...{ brandName: name, brandLogo: logoUrl, brandColors: colors ?? Prisma.DbNull },
        updatedAt: this.clock.now(),
      },
    });
    return shownBranding(license, tier);
  }
}
