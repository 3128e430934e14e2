import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth/index.js';
import { containing, Database, type Prisma } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';
import { type Page, toPage, window } from '../../platform/http/index.js';
import type { BranchDto, BranchesQuery } from './organization.dto.js';
import { seesOwnBranchesOnly } from './works-at.js';

export const shownBranch = {
  id: true,
  centerId: true,
  name: true,
  address: true,
  country: true,
  region: true,
  timeZone: true,
  nightStart: true,
  nightEnd: true,
  createdAt: true,
  updatedAt: true,
} as const satisfies Prisma.BranchSelect;

/** Branches as the caller may see them: staff who are nothing more see those where they work. */
@Injectable()
export class ReadBranches {
  constructor(private readonly database: Database) {}

  /** Newest first. */
  async list(query: BranchesQuery, principal: Principal): Promise<Page<BranchDto>> {
    const { centerId, search } = query;
    const where = { ...scopeOf(principal), centerId, name: containing(search) };
    const [branches, total] = await Promise.all([
      this.database.client.branch.findMany({ where, select: shownBranch, orderBy: { id: 'desc' }, ...window(query) }),
      this.database.client.branch.count({ where }),
    ]);
    return toPage(branches, total, query);
  }

  /** @throws not found */
  async one(id: string, principal: Principal): Promise<BranchDto> {
    const where = { ...scopeOf(principal), id };
    const branch = await this.database.client.branch.findFirst({ where, select: shownBranch });
    if (!branch) throw notFound('Branch');
    return branch;
  }
}

function scopeOf(principal: Principal): Prisma.BranchWhereInput {
  const { userId } = principal;
  return { deletedAt: null, staff: seesOwnBranchesOnly(principal) ? { some: { userId } } : undefined };
}
