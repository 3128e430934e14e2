import { Injectable } from '@nestjs/common';
import { isAdmin, type Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { type ClassSessionStatus, Database, Prisma, Transactional } from '../../platform/database/index.js';
import { DomainError, invalidTransition } from '../../platform/errors/index.js';
import { EventBus } from '../../platform/events/index.js';
import { SessionProblems } from '../classes.problems.js';
import { FindManagedSession, type ManagedSession } from './find-managed-session.js';
import { findTransition, type Mover, type Transition } from './session-states.js';
import type { NewTime } from './session-time.js';
import { unlessTeacherBusy } from './teacher-busy.js';

interface Circumstances {
  /** Why it is canceled. */
  readonly reason?: string;
  /** When it is held instead, if it is taken up again. */
  readonly time?: NewTime;
}

/** Moves a session from one status to another as the table of transitions allows, and publishes what came of it. */
@Injectable()
export class MoveSession {
  constructor(
    private readonly database: Database,
    private readonly findSession: FindManagedSession,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /**
   * Contends on the session's row with other staff, edits and the jobs. The update finds the row only as it was decided on; whoever was
   * overtaken decides again about what it has become, so that of two opposite moves one wins and the other is told the status it met.
   * @throws Problems.transition; SessionProblems.tooEarly, over, timeNeeded, teacherBusy
   */
  @Transactional()
  async execute(
    sessionId: string,
    to: ClassSessionStatus,
    by: Principal | 'system',
    circumstances: Circumstances = {},
  ): Promise<void> {
    const mover: Mover = by === 'system' ? 'job' : isAdmin(by) ? 'admin' : 'staff';
    for (;;) {
      const session = await this.findSession.execute(sessionId, by);
      const transition = this.decide(session, to, mover);
      if (transition.atNewTime && !circumstances.time) throw new DomainError(SessionProblems.timeNeeded);
      const reason = to === 'CANCELED' ? (circumstances.reason ?? null) : null;
      if (!(await this.update(session, to, reason, circumstances.time))) continue;
      await this.events.publish(transition.announces(sessionId, reason));
      return;
    }
  }

  private decide(session: ManagedSession, to: ClassSessionStatus, mover: Mover): Transition {
    const transition = findTransition(session.status, to, mover);
    if (!transition) throw invalidTransition(session.status, to);
    const { notBefore, untilEnd } = transition;
    const now = this.clock.now();
    if (untilEnd && session.endTime <= now)
      throw new DomainError(SessionProblems.over, `The session ended at ${session.endTime.toISOString()}`);
    const opens = notBefore && session[notBefore.moment].getTime() + notBefore.minutes * 60_000;
    if (opens !== undefined && now.getTime() < opens) {
      const move = `${transition.from} → ${to}`;
      throw new DomainError(
        SessionProblems.tooEarly,
        `Too early for ${move}: not before ${new Date(opens).toISOString()}`,
      );
    }
    return transition;
  }

  private async update(
    { id, status, startTime, endTime }: ManagedSession,
    to: ClassSessionStatus,
    reason: string | null,
    time: NewTime | undefined,
  ): Promise<boolean> {
    const newTime = time
      ? Prisma.sql`start_time = ${time.startTime}, end_time = ${time.endTime}, cancel_until = ${time.cancelUntil}, detached = true,`
      : Prisma.empty;
    const statement = this.database.execute(Prisma.sql`
      UPDATE class_sessions SET status = ${to}::class_session_status, ${newTime} cancel_reason = ${reason},
        updated_at = ${this.clock.now()}
      WHERE id = ${id} AND status = ${status}::class_session_status AND start_time = ${startTime} AND end_time = ${endTime}`);
    return (await unlessTeacherBusy(statement)) === 1;
  }
}
