import { Injectable } from '@nestjs/common';
import { RecordAudit } from '../../platform/audit/index.js';
import type { Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, Transactional } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';
import { newId } from '../../platform/ids/index.js';
import { SigningKeys } from '../keys/signing-keys.js';
import type { CreateLicenseDto } from './licenses.dto.js';
import { OfferTerm } from './offer-term.js';

/** Makes a licence with the first time that it is sold for. It gives nothing until that is paid. */
@Injectable()
export class CreateLicense {
  constructor(
    private readonly database: Database,
    private readonly offerTerm: OfferTerm,
    private readonly signing: SigningKeys,
    private readonly audit: RecordAudit,
    private readonly clock: Clock,
  ) {}

  /**
   * @returns its id
   * @throws not found for the organization; LicensingProblems.notOffered; what `PriceTerm` does
   */
  @Transactional()
  async execute({ organizationId, ...wish }: CreateLicenseDto, { userId: createdBy }: Principal): Promise<string> {
    this.signing.require();
    const organization = await this.database.client.organization.findUnique({ where: { id: organizationId } });
    if (!organization) throw notFound('Organization');
    const { tier, seats } = wish;
    const now = this.clock.now();
    const id = newId('license');
    await this.database.client.license.create({
      data: { id, organizationId, tier, seats, createdBy, createdAt: now, updatedAt: now },
    });
    await this.offerTerm.execute(id, 'EXPIRY', wish, createdBy);
    await this.audit.execute({
      ...{ actorId: createdBy, action: 'license.created', objectType: 'license', objectId: id },
      after: { organizationId, ...wish },
    });
    return id;
  }
}
