import { Injectable } from '@nestjs/common';
import { ChangeRoles } from '../../identity/index.js';
import { RecordAudit } from '../../platform/audit/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma, Transactional } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';
import { newId } from '../../platform/ids/index.js';
import type { CreateOrganizationDto, EditOrganizationDto } from './organizations.dto.js';

/** Makes organizations, and says who handles their licences. */
@Injectable()
export class EditOrganizations {
  constructor(
    private readonly database: Database,
    private readonly changeRoles: ChangeRoles,
    private readonly audit: RecordAudit,
    private readonly clock: Clock,
  ) {}

  /** @returns its id */
  async create({ name, country, region = null }: CreateOrganizationDto): Promise<string> {
    const id = newId('organization');
    const now = this.clock.now();
    await this.database.client.organization.create({
      data: { id, name, country, region, createdAt: now, updatedAt: now },
    });
    return id;
  }

  /** What is left out stays. Audited: it decides tax. @throws not found */
  @Transactional()
  async change(id: string, changes: EditOrganizationDto, actorId: string): Promise<void> {
    await this.database.execute(Prisma.sql`SELECT FROM organizations WHERE id = ${id} FOR NO KEY UPDATE`);
    const before = await this.database.client.organization.findUnique({ where: { id } });
    if (!before) throw notFound('Organization');
    const { name, country, region } = await this.database.client.organization.update({
      where: { id },
      data: { ...changes, updatedAt: this.clock.now() },
    });
    await this.audit.execute({
      ...{ actorId, action: 'organization.changed', objectType: 'organization', objectId: id },
      before: { name: before.name, country: before.country, region: before.region },
      after: { name, country, region },
    });
  }

  /**
   * With it the role ENTERPRISE. Again is harmless: contends on the pair, by its key.
   * @throws not found, for either
   */
  @Transactional()
  async addAdmin(organizationId: string, userId: string, actorId: string): Promise<void> {
    await this.lock(organizationId);
    await this.changeRoles.add(actorId, userId, 'ENTERPRISE');
    const { count } = await this.database.client.organizationAdmin.createMany({
      data: [{ organizationId, userId, addedBy: actorId, createdAt: this.clock.now() }],
      skipDuplicates: true,
    });
    if (count > 0) await this.record(actorId, organizationId, 'organization.admin-added', userId);
  }

  /**
   * The role stays: by itself it opens nothing. Again is harmless.
   * @throws not found
   */
  @Transactional()
  async removeAdmin(organizationId: string, userId: string, actorId: string): Promise<void> {
    await this.lock(organizationId);
    const { count } = await this.database.client.organizationAdmin.deleteMany({ where: { organizationId, userId } });
    if (count > 0) await this.record(actorId, organizationId, 'organization.admin-removed', userId);
  }

  private async lock(id: string): Promise<void> {
    const row = await this.database.row(Prisma.sql`SELECT id FROM organizations WHERE id = ${id} FOR KEY SHARE`);
    if (!row) throw notFound('Organization');
  }

  private record(actorId: string, objectId: string, action: string, userId: string): Promise<void> {
    return this.audit.execute({ actorId, action, objectType: 'organization', objectId, after: { userId } });
  }
}
