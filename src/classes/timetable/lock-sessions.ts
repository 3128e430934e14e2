import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma } from '../../platform/database/index.js';

/** A scheduled session to come that its class's rule has given and nobody has changed on its own. */
export interface SeriesSession {
  readonly id: string;
  readonly occurrence: string;
  readonly startTime: Date;
  readonly endTime: Date;
  readonly cancelUntil: Date;
  readonly teacherId: string;
  readonly taken: number;
}

/** Finds the sessions that an edit of a class reaches, and locks them: whoever books one of them waits, or has been waited for. */
@Injectable()
export class LockSessions {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @param from the first occurrence that counts; all of them unless told */
  ofSeries(classId: string, from = ''): Promise<SeriesSession[]> {
    return this.database.rows<SeriesSession>(Prisma.sql`
      SELECT id, occurrence, start_time AS "startTime", end_time AS "endTime", cancel_until AS "cancelUntil",
        teacher_id AS "teacherId", taken
      FROM class_sessions
      WHERE class_id = ${classId} AND status = 'SCHEDULED' AND NOT detached AND occurrence >= ${from}
        AND start_time > ${this.clock.now()}
      ORDER BY id FOR UPDATE`);
  }
}
