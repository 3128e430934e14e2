import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma } from '../../platform/database/index.js';
import { unlessTeacherBusy } from '../sessions/teacher-busy.js';

/** Where a session shall stand. */
export interface Placing {
  readonly id: string;
  readonly occurrence: string | null;
  readonly startTime: Date;
  readonly endTime: Date;
  readonly cancelUntil: Date;
  readonly teacherId: string;
}

/** Gives scheduled sessions of one class other times or teachers, all together. */
@Injectable()
export class PlaceSessions {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * The database looks at one row after the other, and would find a session that moves into the place of the next, which has not moved yet.
   * So they are all taken off the timetable, and then put back: nobody else sees them in between. The caller has locked them.
   *
   * @throws SessionProblems.teacherBusy
   */
  async execute(placings: readonly Placing[]): Promise<void> {
    if (placings.length === 0) return;
    const ids = placings.map(({ id }) => id);
    await this.database.execute(Prisma.sql`
      UPDATE class_sessions SET status = 'CANCELED', occurrence = NULL WHERE id = ANY (${ids}::text[])`);
    const times = (of: (one: Placing) => Date) => placings.map((one) => of(one).toISOString());
    const placing = this.database.execute(Prisma.sql`
      UPDATE class_sessions s SET status = 'SCHEDULED', occurrence = p.occurrence, start_time = p.start_time, end_time = p.end_time,
        cancel_until = p.cancel_until, teacher_id = p.teacher_id, updated_at = ${this.clock.now()}
      FROM unnest(${ids}::text[], ${placings.map(({ occurrence }) => occurrence)}::text[],
        ${times(({ startTime }) => startTime)}::timestamptz[], ${times(({ endTime }) => endTime)}::timestamptz[],
        ${times(({ cancelUntil }) => cancelUntil)}::timestamptz[], ${placings.map(({ teacherId }) => teacherId)}::text[])
        AS p (id, occurrence, start_time, end_time, cancel_until, teacher_id)
      WHERE s.id = p.id`);
    await unlessTeacherBusy(placing);
  }
}
