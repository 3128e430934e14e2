import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma } from '../../platform/database/index.js';

/** Takes sessions off the timetable in which no seat is taken. */
@Injectable()
export class DropSessions {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Deletes those in which nobody ever had a seat, and cancels the rest, which keep what was once booked. The caller has locked them, and
   * whoever books waits for the session's row: no seat comes in between. Their occurrences may be held again.
   */
  async execute(ids: readonly string[], reason: string): Promise<void> {
    if (ids.length === 0) return;
    const idle = Prisma.sql`id = ANY (${ids}::text[]) AND status = 'SCHEDULED' AND taken = 0`;
    await this.database.execute(Prisma.sql`
      DELETE FROM class_sessions WHERE ${idle} AND NOT EXISTS (SELECT FROM seats WHERE session_id = class_sessions.id)`);
    await this.database.execute(Prisma.sql`
      UPDATE class_sessions SET status = 'CANCELED', cancel_reason = ${reason}, occurrence = NULL, updated_at = ${this.clock.now()}
      WHERE ${idle}`);
  }
}
