import { Injectable } from '@nestjs/common';
import { isAdmin, type Principal } from '../../platform/auth/index.js';
import { Database } from '../../platform/database/index.js';

/** Where staff work, and so where they may act. Read from the database each time: who is taken off a branch is off it at once. */
@Injectable()
export class WorksAt {
  constructor(private readonly database: Database) {}

  /** Whether the caller may act at a branch: an admin at any, staff where they work, nobody else. */
  async execute(principal: Principal, branchId: string): Promise<boolean> {
    if (isAdmin(principal)) return true;
    if (!principal.roles.includes('STAFF')) return false;
    const { userId } = principal;
    const found = await this.database.client.branchStaff.findUnique({
      where: { branchId_userId: { branchId, userId } },
      select: { userId: true },
    });
    return found !== null;
  }

  /** The only branches that the caller may see; undefined for who may see all of them. */
  async branchIdsOf(principal: Principal): Promise<string[] | undefined> {
    if (!seesOwnBranchesOnly(principal)) return undefined;
    const { userId } = principal;
    const rows = await this.database.client.branchStaff.findMany({ where: { userId }, select: { branchId: true } });
    return rows.map(({ branchId }) => branchId);
  }
}

/** Staff who are nothing more see the branches where they work. Everybody else sees all of them. */
export function seesOwnBranchesOnly({ roles }: Principal): boolean {
  return roles.includes('STAFF') && roles.every((role) => role === 'STAFF' || role === 'STUDENT');
}
