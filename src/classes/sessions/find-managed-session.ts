import { Injectable } from '@nestjs/common';
import { WorksAt } from '../../identity/index.js';
import type { Principal } from '../../platform/auth/index.js';
import { Database, type Prisma } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';

const select = {
  id: true,
  classId: true,
  branchId: true,
  teacherId: true,
  status: true,
  startTime: true,
  endTime: true,
  capacity: true,
  taken: true,
  class: { select: { cancellationWindowMinutes: true } },
  branch: { select: { timeZone: true, nightStart: true, nightEnd: true } },
} as const;

/** A session as its moves and edits are decided on. */
export type ManagedSession = Prisma.ClassSessionGetPayload<{ select: typeof select }>;

/** Finds a session that the caller may manage: staff those of their branches, admins and our own jobs all. */
@Injectable()
export class FindManagedSession {
  constructor(
    private readonly database: Database,
    private readonly worksAt: WorksAt,
  ) {}

  /** @throws not found, also for a session of a branch where the caller does not work */
  async execute(id: string, by: Principal | 'system'): Promise<ManagedSession> {
    const session = await this.database.client.classSession.findUnique({
      where: { id },
      select,
      relationLoadStrategy: 'join',
    });
    if (!session) throw notFound('Session');
    if (by !== 'system' && !(await this.worksAt.execute(by, session.branchId))) throw notFound('Session');
    return session;
  }
}
