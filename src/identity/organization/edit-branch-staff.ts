import { Injectable } from '@nestjs/common';
import { RecordAudit } from '../../platform/audit/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, Transactional } from '../../platform/database/index.js';
import { DomainError, notFound } from '../../platform/errors/index.js';
import { IdentityProblems } from '../identity.problems.js';
import { LockOrganization } from './lock-organization.js';
import type { BranchStaffDto } from './organization.dto.js';

/** Who works at a branch. */
@Injectable()
export class EditBranchStaff {
  constructor(
    private readonly database: Database,
    private readonly lock: LockOrganization,
    private readonly audit: RecordAudit,
    private readonly clock: Clock,
  ) {}

  /**
   * Again changes nothing.
   *
   * @throws not found for the branch or the user, IdentityProblems.notStaff
   */
  @Transactional()
  async add(branchId: string, userId: string, actorId: string): Promise<BranchStaffDto> {
    await this.lock.branch(branchId);
    const user = await this.database.client.user.findUnique({ where: { id: userId }, select: { roles: true } });
    if (!user) throw notFound('User');
    if (!user.roles.includes('STAFF')) throw new DomainError(IdentityProblems.notStaff);
    // Contends on the pair's key: only who has put it there records it.
    const { count } = await this.database.client.branchStaff.createMany({
      data: { branchId, userId, createdAt: this.clock.now() },
      skipDuplicates: true,
    });
    if (count > 0) await this.record('branch.staff-added', branchId, userId, actorId);
    return this.database.client.branchStaff.findUniqueOrThrow({ where: { branchId_userId: { branchId, userId } } });
  }

  /**
   * Again changes nothing, nor does it matter whether the user is staff any more.
   *
   * @throws not found for the branch
   */
  @Transactional()
  async remove(branchId: string, userId: string, actorId: string): Promise<void> {
    await this.lock.branch(branchId);
    const { count } = await this.database.client.branchStaff.deleteMany({ where: { branchId, userId } });
    if (count > 0) await this.record('branch.staff-removed', branchId, userId, actorId);
  }

  private record(action: string, branchId: string, userId: string, actorId: string): Promise<void> {
    const change = action === 'branch.staff-added' ? { after: { userId } } : { before: { userId } };
    return this.audit.execute({ actorId, action, objectType: 'branch', objectId: branchId, ...change });
  }
}
