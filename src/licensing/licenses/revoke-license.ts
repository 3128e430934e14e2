import { Injectable } from '@nestjs/common';
import { RecordAudit } from '../../platform/audit/index.js';
import type { Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Transactional } from '../../platform/database/index.js';
import { EndDeferrals } from './end-deferrals.js';
import { MoveLicense } from './move-license.js';
import { OfferTerm } from './offer-term.js';

/** Ends a licence for good. Money goes back only by a refund of its payment; what stays is earned, as nothing more is delivered for it. */
@Injectable()
export class RevokeLicense {
  constructor(
    private readonly moveLicense: MoveLicense,
    private readonly endDeferrals: EndDeferrals,
    private readonly offerTerm: OfferTerm,
    private readonly audit: RecordAudit,
    private readonly clock: Clock,
  ) {}

  /** Again is harmless. Contends on the licence's row. @throws not found */
  @Transactional()
  async execute(id: string, reason: string, { userId: actorId }: Principal): Promise<void> {
    const license = await this.moveLicense.lock(id);
    if (license.status === 'REVOKED') return;
    const now = this.clock.now();
    await this.offerTerm.withdraw(id);
    await this.endDeferrals.execute(id, now);
    await this.moveLicense.execute(license, { revokedAt: now, revokeReason: reason });
    await this.audit.execute({ actorId, action: 'license.revoked', objectType: 'license', objectId: id, reason });
  }
}
