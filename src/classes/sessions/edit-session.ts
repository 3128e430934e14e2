import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma, Transactional } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { EventBus } from '../../platform/events/index.js';
import { CheckTeacher } from '../check-teacher.js';
import { SessionCapacityChanged, SessionRescheduled } from '../classes.events.js';
import { SessionProblems } from '../classes.problems.js';
import { FindManagedSession, type ManagedSession } from './find-managed-session.js';
import { type NewTime, newTimeFor, type SessionTime } from './session-time.js';
import { unlessTeacherBusy } from './teacher-busy.js';

/** What of a session may be edited; what is left out stays. */
export interface SessionChanges {
  readonly startTime?: Date;
  /** Moves along with the start unless given. */
  readonly endTime?: Date;
  readonly capacity?: number;
  readonly teacherId?: string;
}

/** What a session shall be. */
interface Edited {
  readonly capacity: number;
  readonly teacherId: string;
  /** Only when it is another. */
  readonly time?: NewTime;
}

/** Changes one scheduled session, which edits of its series then pass over. */
@Injectable()
export class EditSession {
  constructor(
    private readonly database: Database,
    private readonly findSession: FindManagedSession,
    private readonly checkTeacher: CheckTeacher,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /**
   * Contends on the session's row with moves, other edits and bookings. The update finds the row only as it was decided on, and only while
   * the seats taken fit; whoever was overtaken decides again.
   * @throws SessionProblems.notScheduled, capacityBelowTaken, length, teacherBusy; ClassProblems.startInPast, unknownTeacher
   */
  @Transactional()
  async execute(id: string, changes: SessionChanges, principal: Principal): Promise<void> {
    for (;;) {
      const before = await this.findSession.execute(id, principal);
      const after = this.decide(before, changes);
      if (after.teacherId !== before.teacherId) await this.checkTeacher.execute(after.teacherId);
      if (!(await this.update(before, after))) continue;
      if (after.time) await this.events.publish(new SessionRescheduled(id));
      if (after.capacity > before.capacity) await this.events.publish(new SessionCapacityChanged(id));
      return;
    }
  }

  private decide(session: ManagedSession, changes: SessionChanges): Edited {
    refuseUnlessScheduled(session);
    const { capacity = session.capacity, teacherId = session.teacherId } = changes;
    if (capacity < session.taken)
      throw new DomainError(
        SessionProblems.capacityBelowTaken,
        `${session.taken} seats are taken: the capacity cannot be ${capacity}`,
      );
    const time = editedTime(session, changes);
    return { capacity, teacherId, ...(time && { time: newTimeFor(session, time, this.clock.now()) }) };
  }

  private async update(before: ManagedSession, { capacity, teacherId, time }: Edited): Promise<boolean> {
    const newTime = time
      ? Prisma.sql`start_time = ${time.startTime}, end_time = ${time.endTime}, cancel_until = ${time.cancelUntil},`
      : Prisma.empty;
    const statement = this.database.execute(Prisma.sql`
      UPDATE class_sessions SET ${newTime} capacity = ${capacity}, teacher_id = ${teacherId}, detached = true,
        updated_at = ${this.clock.now()}
      WHERE id = ${before.id} AND status = 'SCHEDULED' AND start_time = ${before.startTime} AND end_time = ${before.endTime}
        AND capacity = ${before.capacity} AND teacher_id = ${before.teacherId} AND taken <= ${capacity}`);
    return (await unlessTeacherBusy(statement)) === 1;
  }
}

/** @throws SessionProblems.notScheduled */
export function refuseUnlessScheduled({ status }: ManagedSession): void {
  if (status !== 'SCHEDULED')
    throw new DomainError(SessionProblems.notScheduled, `${SessionProblems.notScheduled.title}; this one is ${status}`);
}

/** The time that an edit gives a session; nothing when it is the one it has. */
function editedTime(session: SessionTime, changes: SessionChanges): SessionTime | undefined {
  const length = session.endTime.getTime() - session.startTime.getTime();
  const startTime = changes.startTime ?? session.startTime;
  const endTime = changes.endTime ?? new Date(startTime.getTime() + length);
  const isSame = startTime.getTime() === session.startTime.getTime() && endTime.getTime() === session.endTime.getTime();
  return isSame ? undefined : { startTime, endTime };
}
