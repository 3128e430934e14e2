import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Transactional } from '../../platform/database/index.js';
import { FindManagedSession } from './find-managed-session.js';
import { MoveSession } from './move-session.js';
import { newTimeFor, type SessionTime } from './session-time.js';

/** Takes up a canceled session again, at another time. */
@Injectable()
export class RescheduleSession {
  constructor(
    private readonly findSession: FindManagedSession,
    private readonly moveSession: MoveSession,
    private readonly clock: Clock,
  ) {}

  /** @throws Problems.transition; ClassProblems.startInPast; SessionProblems.length, teacherBusy */
  @Transactional()
  async execute(id: string, time: SessionTime, principal: Principal): Promise<void> {
    const session = await this.findSession.execute(id, principal);
    await this.moveSession.execute(id, 'SCHEDULED', principal, { time: newTimeFor(session, time, this.clock.now()) });
  }
}
