import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth/index.js';
import { Database } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';
import type { LicenseRow } from './license-states.js';

/** Whose licences somebody may see and handle: all, for the school's admins; those of the organizations whose admin they are, for others. */
@Injectable()
export class OwnLicense {
  constructor(private readonly database: Database) {}

  /** For queries of licences. */
  where({ userId, roles }: Principal): { organization?: { admins: { some: { userId: string } } } } {
    return roles.includes('ADMIN') ? {} : { organization: { admins: { some: { userId } } } };
  }

  /** @throws not found, also for another organization's */
  async find(id: string, principal: Principal): Promise<LicenseRow> {
    const license = await this.database.client.license.findFirst({ where: { id, ...this.where(principal) } });
    if (!license) throw notFound('License');
    return license;
  }
}
