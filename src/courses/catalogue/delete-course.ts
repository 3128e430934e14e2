import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth/index.js';
import { Database, Transactional } from '../../platform/database/index.js';
import { ArchiveCourse } from './archive-course.js';
import { LockOwnCourse } from './own-course.js';

/** Removes a course that nobody has ever been given or begun to buy; archives any other. */
@Injectable()
export class DeleteCourse {
  constructor(
    private readonly database: Database,
    private readonly lockOwnCourse: LockOwnCourse,
    private readonly archiveCourse: ArchiveCourse,
  ) {}

  @Transactional()
  async execute(id: string, principal: Principal): Promise<void> {
    const { status } = await this.lockOwnCourse.evenArchived(id, principal);
    // A draft has never been on sale, so nothing can refer to it.
    if (status === 'DRAFT') await this.database.client.course.delete({ where: { id } });
    else await this.archiveCourse.execute(id, principal);
  }
}
