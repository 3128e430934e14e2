import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';

/**
 * Finds a center or a branch to change, and locks it: whoever edits or closes it contends on its row with whoever puts something into it.
 * What is read for a decision is read after this, by a statement of its own.
 */
@Injectable()
export class LockOrganization {
  constructor(private readonly database: Database) {}

  /** @throws not found, also for one that is closed */
  async center(id: string): Promise<Prisma.CenterGetPayload<object>> {
    await this.database.rows(Prisma.sql`SELECT id FROM centers WHERE id = ${id} FOR NO KEY UPDATE`);
    const center = await this.database.client.center.findFirst({ where: { id, deletedAt: null } });
    if (!center) throw notFound('Center');
    return center;
  }

  /** @throws not found, also for one that is closed */
  async branch(id: string): Promise<Prisma.BranchGetPayload<object>> {
    await this.database.rows(Prisma.sql`SELECT id FROM branches WHERE id = ${id} FOR NO KEY UPDATE`);
    const branch = await this.database.client.branch.findFirst({ where: { id, deletedAt: null } });
    if (!branch) throw notFound('Branch');
    return branch;
  }
}
