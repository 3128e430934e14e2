import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth/index.js';
import { Transactional } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { SessionProblems } from '../classes.problems.js';
import { EditFollowing } from '../timetable/edit-following.js';
import { refuseUnlessScheduled, type SessionChanges } from './edit-session.js';
import { FindManagedSession } from './find-managed-session.js';

/** Changes a scheduled session and all that follow it in its series. */
@Injectable()
export class EditSeries {
  constructor(
    private readonly findSession: FindManagedSession,
    private readonly editFollowing: EditFollowing,
  ) {}

  /** @throws SessionProblems.notScheduled, length; what EditFollowing refuses */
  @Transactional()
  async execute(id: string, changes: SessionChanges, principal: Principal): Promise<void> {
    const session = await this.findSession.execute(id, principal);
    refuseUnlessScheduled(session);
    const { startTime, endTime, capacity, teacherId } = changes;
    const minutes = endTime && (endTime.getTime() - (startTime ?? session.startTime).getTime()) / 60_000;
    if (minutes !== undefined && !(Number.isInteger(minutes) && minutes > 0 && minutes <= 1440))
      throw new DomainError(SessionProblems.length, 'Sessions of a series last whole minutes, up to 24 hours');
    await this.editFollowing.execute(id, {
      ...(startTime && { startTime }),
      ...(minutes !== undefined && { durationMinutes: minutes }),
      ...(capacity !== undefined && { capacity }),
      ...(teacherId !== undefined && { teacherId }),
    });
  }
}
