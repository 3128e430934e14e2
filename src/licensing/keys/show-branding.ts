import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database } from '../../platform/database/index.js';
import { invalid, notFound } from '../../platform/errors/index.js';
import { statusOf } from '../licenses/license-states.js';
import { Tiers } from '../tiers/tiers.js';
import { shownBranding } from './branding.js';
import type { BrandingDto } from './branding.dto.js';
import { domainName } from './domain-name.js';

/** How the school looks on a domain. */
@Injectable()
export class ShowBranding {
  constructor(
    private readonly database: Database,
    private readonly tiers: Tiers,
    private readonly clock: Clock,
  ) {}

  /** @throws not found where no active licence is */
  async execute(asked: string): Promise<BrandingDto> {
    const domain = domainName(asked);
    if (domain === undefined) throw invalid('query/domain', 'must be a domain without a port or a path');
    const activation = await this.database.client.licenseDomain.findFirst({
      where: { domain, removedAt: null },
      include: { license: true },
    });
    if (!activation || statusOf(activation.license, this.clock.now()) !== 'ACTIVE') throw notFound('Branding');
    return shownBranding(activation.license, this.tiers.get(activation.license.tier));
  }
}
