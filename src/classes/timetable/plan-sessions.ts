import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, type Prisma } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import { unlessTeacherBusy } from '../sessions/teacher-busy.js';
import { addMinutes, toLocal, toMoment } from './local-time.js';
import { seriesOf, type TaughtClass } from './lock-class.js';
import { occurrencesBetween } from './series.js';
import { MakeSessionTerms } from './session-terms.js';

const AHEAD_MS = 8 * 7 * 24 * 3600_000;
const DAY_MS = 24 * 3600_000;
const DAY_MINUTES = 24 * 60;

/** A meeting that the rule of a class gives. */
export interface Occurrence {
  /** Local time: by this it is known, whatever becomes of it. */
  readonly occurrence: string;
  readonly startTime: Date;
  readonly endTime: Date;
}

/** Up to when every series has its sessions. */
export function ahead(now: Date): Date {
  return new Date(now.getTime() + AHEAD_MS);
}

/** Up to when sessions are made: a day more, so that each class has its turn once a day and not with every sweep. */
export function generationEnd(now: Date): Date {
  return new Date(now.getTime() + AHEAD_MS + DAY_MS);
}

/** Says when a class meets, and makes sessions of it. */
@Injectable()
export class PlanSessions {
  constructor(
    private readonly database: Database,
    private readonly makeTerms: MakeSessionTerms,
    private readonly clock: Clock,
  ) {}

  /** Meetings that start after one moment and not after another, in order. */
  between(of: TaughtClass, after: Date, until: Date): Occurrence[] {
    const series = seriesOf(of);
    if (!series) return [];
    const { timeZone } = series;
    // A day more on both sides: where clocks are put forward or back, what they show and what time it is are not in one order.
    const from = addMinutes(toLocal(after, timeZone), -DAY_MINUTES);
    const to = addMinutes(toLocal(until, timeZone), DAY_MINUTES);
    return occurrencesBetween(series, from, to)
      .map((occurrence) => timed(of, occurrence))
      .filter(({ startTime }) => startTime > after && startTime <= until);
  }

  /**
   * Makes sessions of occurrences that have none yet, under the lock of the class.
   *
   * @param skipping leaves out those at which the teacher is busy, instead of refusing all of them
   * @returns how many there are now
   * @throws SessionProblems.teacherBusy
   */
  async add(of: TaughtClass, occurrences: readonly Occurrence[], skipping = false): Promise<number> {
    if (occurrences.length === 0) return 0;
    const data = occurrences.map((one) => this.row(of, one));
    // A second generator finds nothing to add; if it ever did, the unique (class, occurrence) keeps its rows out.
    const adding = this.database.client.classSession.createMany({ data, skipDuplicates: skipping });
    return (await unlessTeacherBusy(adding)).count;
  }

  private row(of: TaughtClass, { occurrence, startTime, endTime }: Occurrence): Prisma.ClassSessionCreateManyInput {
    const now = this.clock.now();
    return {
      id: newId('classSession'),
      classId: of.id,
      branchId: of.branchId,
      teacherId: of.teacherId,
      capacity: of.capacity,
      occurrence,
      startTime,
      endTime,
      ...this.makeTerms.execute(of, startTime),
      createdAt: now,
      updatedAt: now,
    };
  }
}

/** When an occurrence is held. */
export function timed({ branch, durationMinutes }: TaughtClass, occurrence: string): Occurrence {
  const startTime = toMoment(occurrence, branch.timeZone);
  return { occurrence, startTime, endTime: new Date(startTime.getTime() + durationMinutes * 60_000) };
}
