import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, Transactional } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { newId } from '../../platform/ids/index.js';
import { IdentityProblems } from '../identity.problems.js';
import { LockOrganization } from './lock-organization.js';
import type { CenterDto, CreateCenterDto, EditCenterDto } from './organization.dto.js';
import { shownCenter } from './read-centers.js';

/** Opens, renames and closes centers. */
@Injectable()
export class EditCenters {
  constructor(
    private readonly database: Database,
    private readonly lock: LockOrganization,
    private readonly clock: Clock,
  ) {}

  create({ name }: CreateCenterDto): Promise<CenterDto> {
    const now = this.clock.now();
    return this.database.client.center.create({
      data: { id: newId('center'), name, createdAt: now, updatedAt: now },
      select: shownCenter,
    });
  }

  /** @throws not found */
  @Transactional()
  async change(id: string, { name }: EditCenterDto): Promise<CenterDto> {
    await this.lock.center(id);
    return this.database.client.center.update({
      where: { id },
      data: { name, updatedAt: this.clock.now() },
      select: shownCenter,
    });
  }

  /**
   * Closes it for good; it is kept for the books. Whoever opens a branch in it locks the same row, so none comes in between.
   *
   * @throws not found, IdentityProblems.centerInUse
   */
  @Transactional()
  async remove(id: string): Promise<void> {
    await this.lock.center(id);
    const branch = await this.database.client.branch.findFirst({
      where: { centerId: id, deletedAt: null },
      select: { id: true },
    });
    if (branch) throw new DomainError(IdentityProblems.centerInUse);
    const now = this.clock.now();
    await this.database.client.center.update({ where: { id }, data: { deletedAt: now, updatedAt: now } });
  }
}
