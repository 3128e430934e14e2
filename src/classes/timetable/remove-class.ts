import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma, Transactional } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { ClassProblems } from '../classes.problems.js';
import { DropSessions } from './drop-sessions.js';
import { LockClass } from './lock-class.js';

/** Takes a class off the timetable for good; it is kept for the books. */
@Injectable()
export class RemoveClass {
  constructor(
    private readonly database: Database,
    private readonly lockClass: LockClass,
    private readonly dropSessions: DropSessions,
    private readonly clock: Clock,
  ) {}

  /**
   * Contends on the rows of its sessions with whoever books one: no seat comes between the question and the deed.
   *
   * @throws not found, ClassProblems.hasSeats
   */
  @Transactional()
  async execute(id: string): Promise<void> {
    await this.lockClass.execute(id);
    const now = this.clock.now();
    const live = await this.database.rows<{ id: string; startTime: Date; taken: number }>(Prisma.sql`
      SELECT id, start_time AS "startTime", taken FROM class_sessions
      WHERE class_id = ${id} AND status IN ('SCHEDULED', 'CHECKING_IN', 'CONDUCTING') ORDER BY id FOR UPDATE`);
    if (live.some(({ taken }) => taken > 0)) throw new DomainError(ClassProblems.hasSeats);
    const future = live.filter(({ startTime }) => startTime > now);
    await this.dropSessions.execute(
      future.map((session) => session.id),
      'CLASS_REMOVED',
    );
    await this.database.client.class.update({ where: { id }, data: { deletedAt: now, updatedAt: now } });
  }
}
