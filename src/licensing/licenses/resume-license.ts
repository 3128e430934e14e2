import { Injectable } from '@nestjs/common';
import { RecordAudit } from '../../platform/audit/index.js';
import type { Principal } from '../../platform/auth/index.js';
import { Transactional } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { LicensingProblems } from '../licensing.problems.js';
import { MoveLicense } from './move-license.js';

/** Takes an admin's suspension back. One by a dispute ends with the dispute. */
@Injectable()
export class ResumeLicense {
  constructor(
    private readonly moveLicense: MoveLicense,
    private readonly audit: RecordAudit,
  ) {}

  /** Contends on the licence's row. @throws not found; LicensingProblems.notNow */
  @Transactional()
  async execute(id: string, { userId: actorId }: Principal): Promise<void> {
    const license = await this.moveLicense.lock(id, 'resume');
    const { suspendedAt, suspendReason } = license;
    if (suspendedAt === null) throw new DomainError(LicensingProblems.notNow, 'Its money is disputed');
    await this.moveLicense.execute(license, { suspendedAt: null, suspendReason: null });
    await this.audit.execute({
      ...{ actorId, action: 'license.resumed', objectType: 'license', objectId: id },
      before: { suspendReason },
    });
  }
}
