import { Injectable } from '@nestjs/common';
import { WorksAt } from '../../identity/index.js';
import type { Principal } from '../../platform/auth/index.js';
import { Database, Prisma } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';

/** Finds a package to change, and locks it: edits and removal contend on its row with each other and with the sale that is just given. */
@Injectable()
export class LockOffer {
  constructor(
    private readonly database: Database,
    private readonly worksAt: WorksAt,
  ) {}

  /** In the caller's transaction. @throws not found, also for a package of another branch or of a class that is removed */
  async execute(id: string, principal: Principal): Promise<void> {
    const found = await this.database.row<{ branchId: string }>(Prisma.sql`
      SELECT c.branch_id AS "branchId" FROM class_packages p JOIN classes c ON c.id = p.class_id AND c.deleted_at IS NULL
      WHERE p.id = ${id} FOR UPDATE OF p`);
    if (!found || !(await this.worksAt.execute(principal, found.branchId))) throw notFound('Package');
  }
}
