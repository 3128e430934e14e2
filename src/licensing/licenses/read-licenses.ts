import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, type LicenseStatus, type Prisma } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';
import { type Page, toPage, window } from '../../platform/http/index.js';
import type { LicenseDto, LicensesQuery } from './licenses.dto.js';
import { OwnLicense } from './own-license.js';
import { ShowLicense, shownWithLicense } from './show-license.js';

@Injectable()
export class ReadLicenses {
  constructor(
    private readonly database: Database,
    private readonly ownLicense: OwnLicense,
    private readonly showLicense: ShowLicense,
    private readonly clock: Clock,
  ) {}

  /** Newest first. */
  async list(query: LicensesQuery, principal: Principal): Promise<Page<LicenseDto>> {
    const { organizationId, status } = query;
    const where: Prisma.LicenseWhereInput = {
      ...{ ...this.ownLicense.where(principal), organizationId },
      ...(status && standing[status](this.clock.now())),
    };
    const [licenses, total] = await Promise.all([
      this.database.client.license.findMany({
        ...{ where, include: shownWithLicense, orderBy: { id: 'desc' } },
        ...window(query),
      }),
      this.database.client.license.count({ where }),
    ]);
    const shown = await Promise.all(licenses.map((license) => this.showLicense.execute(license)));
    return toPage(shown, total, query);
  }

  /** @throws not found, also for another organization's */
  async one(id: string, principal: Principal): Promise<LicenseDto> {
    const where = { id, ...this.ownLicense.where(principal) };
    const license = await this.database.client.license.findFirst({ where, include: shownWithLicense });
    if (!license) throw notFound('License');
    return this.showLicense.execute(license);
  }
}

const stands = { revokedAt: null, suspendedAt: null, disputedBy: null } as const;

/** What `statusOf` reads, for queries: the column is as of what was last looked at. */
const standing: Record<LicenseStatus, (now: Date) => Prisma.LicenseWhereInput> = {
  REVOKED: () => ({ revokedAt: { not: null } }),
  SUSPENDED: () => ({ revokedAt: null, OR: [{ suspendedAt: { not: null } }, { disputedBy: { not: null } }] }),
  PENDING: (now) => ({ ...stands, OR: [{ expiresAt: null }, { expiresAt: { gt: now }, activatedAt: null }] }),
  EXPIRED: (now) => ({ ...stands, expiresAt: { lte: now } }),
  ACTIVE: (now) => ({ ...stands, expiresAt: { gt: now }, activatedAt: { not: null } }),
};
