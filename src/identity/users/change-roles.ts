import { Injectable } from '@nestjs/common';
import { RecordAudit } from '../../platform/audit/index.js';
import { Clock } from '../../platform/clock/index.js';
import { afterCommit, Database, Prisma, Role, Transactional } from '../../platform/database/index.js';
import { DomainError, notFound } from '../../platform/errors/index.js';
import { Principals } from '../access/principals.js';
import { IdentityProblems } from '../identity.problems.js';
import { publicUser, type PublicUser } from './user.js';

@Injectable()
export class ChangeRoles {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly audit: RecordAudit,
    private readonly principals: Principals,
  ) {}

  /** Gives the user exactly these roles. Nobody can take ADMIN from the last admin, who is then the only one left to try. */
  @Transactional()
  async execute(actorId: string, userId: string, wanted: readonly Role[]): Promise<PublicUser> {
    const roles = Object.values(Role).filter((role) => wanted.includes(role));
    const admins = roles.includes('ADMIN') ? [] : await this.lockAdmins();
    const before = await this.lockUser(userId);
    if (before.includes('ADMIN') && !roles.includes('ADMIN') && !admins.some((id) => id !== userId)) {
      throw new DomainError(IdentityProblems.lastAdmin);
    }
    return this.write(actorId, userId, before, roles);
  }

  /** Gives the user this role beside those they have. @throws not found */
  @Transactional()
  async add(actorId: string, userId: string, role: Role): Promise<PublicUser> {
    const before = await this.lockUser(userId);
    const roles = Object.values(Role).filter((one) => one === role || before.includes(one));
    return this.write(actorId, userId, before, roles);
  }

  private async write(actorId: string, userId: string, before: Role[], roles: Role[]): Promise<PublicUser> {
    const unchanged = before.length === roles.length && roles.every((role) => before.includes(role));
    if (!unchanged) {
      await this.audit.execute({
        actorId,
        action: 'user.roles-changed',
        objectType: 'user',
        objectId: userId,
        before: { roles: before },
        after: { roles },
      });
      afterCommit(() => this.principals.forget(userId));
    }
    return this.database.client.user.update({
      where: { id: userId },
      data: unchanged ? {} : { roles, updatedAt: this.clock.now() },
      select: publicUser,
    });
  }

  /**
   * Contends on the row of every admin, in the order of ids. Of two admins who take the role from each other at once, the
   * second waits here and then no longer sees the first one's victim: PostgreSQL looks at a row again after waiting for it.
   */
  private async lockAdmins(): Promise<string[]> {
    const rows = await this.database.rows<{ id: string }>(
      Prisma.sql`SELECT id FROM users WHERE 'ADMIN' = ANY (roles) ORDER BY id FOR NO KEY UPDATE`,
    );
    return rows.map((row) => row.id);
  }

  /** Contends on the user's row, so that `before` in the audit log is what this change really replaced. */
  private async lockUser(userId: string): Promise<Role[]> {
    const row = await this.database.row<{ roles: Role[] }>(
      Prisma.sql`SELECT roles::text[] AS roles FROM users WHERE id = ${userId} FOR NO KEY UPDATE`,
    );
    if (!row) throw notFound('User');
    return row.roles;
  }
}
