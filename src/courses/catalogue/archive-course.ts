import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, Transactional } from '../../platform/database/index.js';
import { LockOwnCourse } from './own-course.js';

/** Takes a course off sale for good. Whoever is enrolled keeps it. Archiving an archived one changes nothing. */
@Injectable()
export class ArchiveCourse {
  constructor(
    private readonly database: Database,
    private readonly lockOwnCourse: LockOwnCourse,
    private readonly clock: Clock,
  ) {}

  @Transactional()
  async execute(id: string, principal: Principal): Promise<void> {
    const { status } = await this.lockOwnCourse.evenArchived(id, principal);
    if (status === 'ARCHIVED') return;
    await this.database.client.course.update({
      where: { id },
      data: { status: 'ARCHIVED', updatedAt: this.clock.now() },
    });
  }
}
