import { Injectable } from '@nestjs/common';
import { WorksAt } from '../../identity/index.js';
import { isAdmin, type Principal } from '../../platform/auth/index.js';
import { Database } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';
import { branchIdOf } from './cashboxes.js';

/** What of a branch its cash desk goes by. */
export interface CashBranch {
  readonly id: string;
  readonly timeZone: string;
}

/** The branch of a cash desk, for who may work at it: staff of the branch; an admin at any, also at one that is closed for good. */
@Injectable()
export class FindCashBranch {
  constructor(
    private readonly database: Database,
    private readonly worksAt: WorksAt,
  ) {}

  /** @throws not found, also for staff of other branches */
  async execute(branchId: string, principal: Principal): Promise<CashBranch> {
    const branch = await this.database.client.branch.findUnique({
      where: { id: branchId },
      select: { id: true, timeZone: true, deletedAt: true },
    });
    if (!branch || (branch.deletedAt && !isAdmin(principal))) throw notFound('Cashbox');
    if (!(await this.worksAt.execute(principal, branchId))) throw notFound('Cashbox');
    return branch;
  }

  /** @throws not found */
  ofCashbox(cashboxId: string, principal: Principal): Promise<CashBranch> {
    return this.execute(branchIdOf(cashboxId) ?? '', principal);
  }
}
