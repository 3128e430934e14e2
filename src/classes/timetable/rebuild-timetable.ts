import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database } from '../../platform/database/index.js';
import { unlessTeacherBusy } from '../sessions/teacher-busy.js';
import { cancellationDeadline, nightOf } from './cancellation-deadline.js';
import { DropSessions } from './drop-sessions.js';
import type { TaughtClass } from './lock-class.js';
import { LockSessions, type SeriesSession } from './lock-sessions.js';
import { PlaceSessions, type Placing } from './place-sessions.js';
import { generationEnd, type Occurrence, PlanSessions, timed } from './plan-sessions.js';

/** Makes the sessions of a class be those that its rule gives now, as far as nobody has booked them. */
@Injectable()
export class RebuildTimetable {
  constructor(
    private readonly database: Database,
    private readonly lockSessions: LockSessions,
    private readonly planSessions: PlanSessions,
    private readonly dropSessions: DropSessions,
    private readonly placeSessions: PlaceSessions,
    private readonly clock: Clock,
  ) {}

  /**
   * Under the lock of the class, whose row says already what shall be. Only what the rule before has given is touched: sessions from before
   * its start belong to a part of the series that was split off, and stay.
   *
   * @param before the class as it was; undefined for a new one
   * @returns sessions that do not suit the rule and are kept, as seats are taken in them
   * @throws SessionProblems.teacherBusy
   */
  async execute(before: TaughtClass | undefined, after: TaughtClass): Promise<SeriesSession[]> {
    const now = this.clock.now();
    const end = later(before?.generatedUntil ?? now, generationEnd(now));
    const standing = before?.startsAt ? await this.lockSessions.ofSeries(after.id, before.startsAt) : [];
    const planned = this.planSessions.between(after, now, end);
    const given = new Set(planned.map(({ occurrence }) => occurrence));

    const vanished = standing.filter(({ occurrence }) => !given.has(occurrence));
    const kept = vanished.filter(({ taken }) => taken > 0);
    await this.dropSessions.execute(idsOf(vanished.filter(({ taken }) => taken === 0)), 'TIMETABLE_CHANGED');
    // They stand on their own from now on; a new teacher has them too.
    const teacherId = before?.teacherId === after.teacherId ? undefined : after.teacherId;
    const detaching = this.database.client.classSession.updateMany({
      where: { id: { in: idsOf(kept) } },
      data: { detached: true, teacherId, updatedAt: now },
    });
    await unlessTeacherBusy(detaching);

    const moved = standing.filter(
      (session) => given.has(session.occurrence) && !isAt(session, timed(after, session.occurrence)),
    );
    kept.push(...moved.filter(({ taken }) => taken > 0));
    await this.placeSessions.execute(
      moved.filter(({ taken }) => taken === 0).map((session) => placing(after, session)),
    );

    const missing = await this.missing(before, after, planned);
    await this.planSessions.add(
      after,
      missing.filter((one) => !kept.some((session) => overlap(one, session))),
    );
    await this.database.client.class.update({
      where: { id: after.id },
      data: { generatedUntil: after.recurrenceRule === null ? null : end },
    });
    return kept.toSorted((a, b) => a.startTime.getTime() - b.startTime.getTime());
  }

  /** What has no session yet. An occurrence that the rule before gave as well, and that has none, was taken off the timetable by hand. */
  private async missing(
    before: TaughtClass | undefined,
    after: TaughtClass,
    planned: readonly Occurrence[],
  ): Promise<Occurrence[]> {
    const rows = await this.database.client.classSession.findMany({
      where: { classId: after.id, occurrence: { in: planned.map(({ occurrence }) => occurrence) } },
      select: { occurrence: true },
    });
    const known = new Set(rows.map(({ occurrence }) => occurrence));
    if (before?.generatedUntil) {
      const given = this.planSessions.between(before, this.clock.now(), before.generatedUntil);
      for (const { occurrence } of given) known.add(occurrence);
    }
    return planned.filter(({ occurrence }) => !known.has(occurrence));
  }
}

function placing(of: TaughtClass, { id, occurrence, teacherId }: SeriesSession): Placing {
  const times = timed(of, occurrence);
  const { branch, cancellationWindowMinutes } = of;
  const night = nightOf(branch);
  const cancelUntil = cancellationDeadline(times.startTime, cancellationWindowMinutes, night, branch.timeZone);
  return { id, teacherId, ...times, cancelUntil };
}

interface Time {
  readonly startTime: Date;
  readonly endTime: Date;
}

function isAt(session: Time, { startTime, endTime }: Time): boolean {
  return session.startTime.getTime() === startTime.getTime() && session.endTime.getTime() === endTime.getTime();
}

function overlap(one: Time, other: Time): boolean {
  return one.startTime < other.endTime && other.startTime < one.endTime;
}

function idsOf(sessions: readonly SeriesSession[]): string[] {
  return sessions.map(({ id }) => id);
}

function later(one: Date, other: Date): Date {
  return one > other ? one : other;
}
