import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma, Transactional } from '../../platform/database/index.js';
import { DomainError, invalid, notFound } from '../../platform/errors/index.js';
import { EventBus } from '../../platform/events/index.js';
import { SessionRescheduled } from '../classes.events.js';
import { CheckTeacher } from '../check-teacher.js';
import { ClassProblems } from '../classes.problems.js';
import { cancellationDeadline, nightOf } from './cancellation-deadline.js';
import { addMinutes, minutesBetween, toLocal } from './local-time.js';
import { LockClass, seriesOf, type TaughtClass } from './lock-class.js';
import { LockSessions, type SeriesSession } from './lock-sessions.js';
import { PlaceSessions, type Placing } from './place-sessions.js';
import { timed } from './plan-sessions.js';
import { ReviseSessions } from './revise-sessions.js';
import { movedSeries } from './series.js';

/** What an edit of a session and all that follow it may change; what is left out stays. */
export interface FollowingChanges {
  /** When this session shall start, to the minute; the following move by as much, on their clocks. */
  readonly startTime?: Date;
  readonly durationMinutes?: number;
  readonly teacherId?: string;
  /** Where more seats are taken, a session keeps so many. */
  readonly capacity?: number;
}

const HOUR_MS = 3600_000;

/** Changes a session and all that follow it in its series, those too that are not made yet; what was changed on its own is passed over. */
@Injectable()
export class EditFollowing {
  constructor(
    private readonly database: Database,
    private readonly lockClass: LockClass,
    private readonly lockSessions: LockSessions,
    private readonly checkTeacher: CheckTeacher,
    private readonly placeSessions: PlaceSessions,
    private readonly reviseSessions: ReviseSessions,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws not found, ClassProblems.notOfASeries, unknownTeacher, startInPast, seriesCannotMove, SessionProblems.teacherBusy
   */
  @Transactional()
  async execute(sessionId: string, changes: FollowingChanges): Promise<void> {
    const { startTime, durationMinutes, teacherId, capacity } = changes;
    const { classId } = await this.find(sessionId);
    const before = await this.lockClass.execute(classId);
    // Read again: whoever held the class until now may have moved it.
    const { occurrence, detached, ...first } = await this.find(sessionId);
    if (occurrence === null || detached) throw new DomainError(ClassProblems.notOfASeries);
    if (teacherId !== undefined && teacherId !== before.teacherId) await this.checkTeacher.execute(teacherId);

    const by = startTime ? minutesMoved(first.startTime, startTime, before.branch.timeZone) : 0;
    const after = await this.database.client.class.update({
      where: { id: classId },
      data: { durationMinutes, teacherId, capacity, ...movedRule(before, occurrence, by), updatedAt: this.clock.now() },
      include: { branch: true },
    });
    if (by !== 0 || durationMinutes !== undefined || teacherId !== undefined)
      await this.move(after, occurrence, by, changes);
    if (capacity !== undefined) await this.reviseSessions.capacity(after, addMinutes(occurrence, by));
  }

  private async find(id: string): Promise<Found> {
    const session = await this.database.client.classSession.findUnique({
      where: { id },
      select: { classId: true, occurrence: true, detached: true, startTime: true },
    });
    if (!session) throw notFound('Session');
    return session;
  }

  /** Times and teachers of the sessions that there are. Those who have seats in them are told, and settled with, by who listens. */
  private async move(after: TaughtClass, from: string, by: number, { durationMinutes, teacherId }: FollowingChanges) {
    const sessions = await this.lockSessions.ofSeries(after.id, from);
    const placings = sessions.map((session) => placing(after, session, by, durationMinutes, teacherId));
    const now = this.clock.now();
    if (placings.some(({ startTime }) => startTime <= now)) throw new DomainError(ClassProblems.startInPast);
    if (by !== 0) await this.relabel(after.id, from, by, placings);
    await this.placeSessions.execute(placings);
    for (const [index, { startTime, endTime }] of placings.entries()) {
      const session = sessions[index];
      const stays =
        session?.startTime.getTime() === startTime.getTime() && session.endTime.getTime() === endTime.getTime();
      if (session && session.taken > 0 && !stays) await this.events.publish(new SessionRescheduled(session.id));
    }
  }

  /**
   * What stands for an occurrence of the series without following it, as it was canceled or changed on its own, stands for the moved one:
   * else the generator would take that for missing.
   *
   * @throws ClassProblems.seriesCannotMove where a session from before the moved ones is in their way
   */
  private async relabel(classId: string, from: string, by: number, placings: readonly Placing[]): Promise<void> {
    const moving = placings.map(({ id }) => id);
    const rows = await this.database.client.classSession.findMany({
      where: { classId, occurrence: { gte: from }, id: { notIn: moving } },
      select: { id: true, occurrence: true },
    });
    const others = rows.map(({ id, occurrence }) => ({ id, occurrence: addMinutes(occurrence ?? from, by) }));
    const taken = await this.database.client.classSession.count({
      where: {
        classId,
        occurrence: { lt: from, in: [...placings, ...others].flatMap(({ occurrence }) => occurrence ?? []) },
      },
    });
    if (taken > 0)
      throw new DomainError(ClassProblems.seriesCannotMove, 'Sessions before it stand where it would be moved');
    // All labels are taken off before any is put on, as one may be another's next.
    await this.database.execute(Prisma.sql`
      UPDATE class_sessions SET occurrence = NULL WHERE id = ANY (${[...moving, ...others.map(({ id }) => id)]}::text[])`);
    await this.database.execute(Prisma.sql`
      UPDATE class_sessions s SET occurrence = o.occurrence
      FROM unnest(${others.map(({ id }) => id)}::text[], ${others.map(({ occurrence }) => occurrence)}::text[]) AS o (id, occurrence)
      WHERE s.id = o.id`);
  }
}

interface Found {
  readonly classId: string;
  readonly occurrence: string | null;
  readonly detached: boolean;
  readonly startTime: Date;
}

/** @throws Problems.validation for no whole minute, which no rule gives */
function minutesMoved(from: Date, to: Date, timeZone: string): number {
  if (to.getTime() % 60_000 !== 0)
    throw invalid('startTime', 'startTime must be a whole minute: the sessions of a series start at one');
  return minutesBetween(toLocal(from, timeZone), toLocal(to, timeZone));
}

/**
 * The rule from this occurrence on. What comes after the sessions made so far is made at the moved times, so that is looked at again, an
 * hour more for clocks that are put forward or back between here and there.
 *
 * @throws ClassProblems.seriesCannotMove
 */
function movedRule(before: TaughtClass, from: string, by: number): Partial<Prisma.ClassUncheckedUpdateInput> {
  const series = seriesOf(before);
  if (by === 0 || !series) return {};
  const start = from > series.startsAt ? from : series.startsAt;
  const moved = movedSeries(series, start, by);
  if (!moved) throw new DomainError(ClassProblems.seriesCannotMove);
  const { generatedUntil } = before;
  return {
    recurrenceRule: moved.recurrenceRule,
    startsAt: moved.startsAt,
    generatedUntil: generatedUntil && new Date(generatedUntil.getTime() + Math.min(0, by) * 60_000 - HOUR_MS),
  };
}

function placing(
  of: TaughtClass,
  session: SeriesSession,
  by: number,
  durationMinutes: number | undefined,
  teacherId: string = session.teacherId,
): Placing {
  const { id, startTime, endTime, cancelUntil } = session;
  const occurrence = addMinutes(session.occurrence, by);
  const length = durationMinutes === undefined ? endTime.getTime() - startTime.getTime() : durationMinutes * 60_000;
  const start = by === 0 ? startTime : timed(of, occurrence).startTime;
  const { branch, cancellationWindowMinutes } = of;
  const until =
    by === 0 ? cancelUntil : cancellationDeadline(start, cancellationWindowMinutes, nightOf(branch), branch.timeZone);
  return {
    id,
    occurrence,
    teacherId,
    startTime: start,
    endTime: new Date(start.getTime() + length),
    cancelUntil: until,
  };
}
