import { Injectable } from '@nestjs/common';
import { RecordAudit } from '../../platform/audit/index.js';
import type { Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, Transactional } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';
import { MoveLicense } from '../licenses/move-license.js';
import { OwnLicense } from '../licenses/own-license.js';
import { domainName } from './domain-name.js';

/** Takes a licence's activation on a domain back: both are free for others then, whatever becomes of the licence. */
@Injectable()
export class LeaveDomain {
  constructor(
    private readonly database: Database,
    private readonly own: OwnLicense,
    private readonly move: MoveLicense,
    private readonly audit: RecordAudit,
    private readonly clock: Clock,
  ) {}

  /**
   * Again changes nothing. Contends on the licence's row, as activations do.
   *
   * @throws not found for another organization's, and for a domain that it never had
   */
  @Transactional()
  async execute(id: string, asked: string, principal: Principal): Promise<void> {
    await this.own.find(id, principal);
    await this.move.lock(id);
    const domain = domainName(asked);
    if (domain === undefined) throw notFound('Domain');
    const { count } = await this.database.client.licenseDomain.updateMany({
      where: { licenseId: id, domain, removedAt: null },
      data: { removedBy: principal.userId, removedAt: this.clock.now() },
    });
    if (count === 0) return this.refuseUnlessLeft(id, domain);
    await this.audit.execute({
      ...{ actorId: principal.userId, action: 'license.domain-left', objectType: 'license', objectId: id },
      before: { domain },
    });
  }

  private async refuseUnlessLeft(licenseId: string, domain: string): Promise<void> {
    const left = await this.database.client.licenseDomain.findFirst({ where: { licenseId, domain } });
    if (!left) throw notFound('Domain');
  }
}
