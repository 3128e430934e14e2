import { Injectable } from '@nestjs/common';
import { RecordAudit } from '../../platform/audit/index.js';
import type { Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Transactional } from '../../platform/database/index.js';
import { MoveLicense } from './move-license.js';

/** Stops what a licence gives until it is resumed. Its time goes on. */
@Injectable()
export class SuspendLicense {
  constructor(
    private readonly moveLicense: MoveLicense,
    private readonly audit: RecordAudit,
    private readonly clock: Clock,
  ) {}

  /** Again is harmless. Contends on the licence's row. @throws not found; LicensingProblems.notNow */
  @Transactional()
  async execute(id: string, reason: string, { userId: actorId }: Principal): Promise<void> {
    const license = await this.moveLicense.lock(id, 'suspend');
    if (license.suspendedAt !== null) return;
    await this.moveLicense.execute(license, { suspendedAt: this.clock.now(), suspendReason: reason });
    await this.audit.execute({ actorId, action: 'license.suspended', objectType: 'license', objectId: id, reason });
  }
}
