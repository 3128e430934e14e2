import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { type AccessGrantSource, Database, Prisma } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';

interface Grant {
  userId: string;
  courseId: string;
  source: AccessGrantSource;
  /** The enrollment, subscription or licence seat that gives it. */
  sourceId: string;
}

/** Opens a course to a user, in the ambient transaction. A grant that was revoked stands again. */
@Injectable()
export class GrantAccess {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async execute({ userId, courseId, source, sourceId }: Grant): Promise<void> {
    await this.database.execute(Prisma.sql`
      INSERT INTO access_grants (id, user_id, course_id, source, source_id, created_at)
      VALUES (${newId('accessGrant')}, ${userId}, ${courseId}, ${source}::access_grant_source, ${sourceId}, ${this.clock.now()})
      ON CONFLICT (source, source_id, user_id, course_id) DO UPDATE SET revoked_at = NULL`);
  }

  /** What these had opened, and was revoked, stands again. */
  async again(source: AccessGrantSource, ...sourceIds: string[]): Promise<void> {
    await this.database.client.accessGrant.updateMany({
      where: { source, sourceId: { in: sourceIds } },
      data: { revokedAt: null },
    });
  }
}
