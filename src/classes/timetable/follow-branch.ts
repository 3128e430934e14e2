import { Injectable } from '@nestjs/common';
import { BranchChanged, BranchRemoved, IdentityProblems } from '../../identity/index.js';
import { Database } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { AfterCommit, InTransaction } from '../../platform/events/index.js';
import { LockClass } from './lock-class.js';
import { RebuildTimetable } from './rebuild-timetable.js';
import { ReviseSessions } from './revise-sessions.js';

/** What becomes of the classes of a branch when the branch changes. */
@Injectable()
export class FollowBranch {
  constructor(
    private readonly database: Database,
    private readonly lockClass: LockClass,
    private readonly rebuildTimetable: RebuildTimetable,
    private readonly reviseSessions: ReviseSessions,
  ) {}

  /** @throws IdentityProblems.branchInUse: the branch is locked, and whoever makes a class at it waits */
  @InTransaction(BranchRemoved)
  async onRemoved({ branchId }: BranchRemoved): Promise<void> {
    const where = { branchId, deletedAt: null };
    if (await this.database.client.class.findFirst({ where, select: { id: true } }))
      throw new DomainError(IdentityProblems.branchInUse);
  }

  /** 17:00 stays 17:00 in another time zone, and is taxed by the law of another country, as far as nobody has booked it. */
  @AfterCommit(BranchChanged, 'classes.branch-changed')
  async onChanged({ branchId }: BranchChanged): Promise<void> {
    const classes = await this.database.client.class.findMany({
      where: { branchId, deletedAt: null, recurrenceRule: { not: null } },
      select: { id: true },
      orderBy: { id: 'asc' },
    });
    for (const { id } of classes) {
      const found = await this.lockClass.unlessRemoved(id);
      if (!found) continue;
      await this.rebuildTimetable.execute(found, found);
      await this.reviseSessions.terms(found);
    }
  }
}
