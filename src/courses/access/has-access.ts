import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';

/** Whether a course is open to a user, by whatever right. */
@Injectable()
export class HasAccess {
  constructor(private readonly database: Database) {}

  async execute(userId: string, courseId: string): Promise<boolean> {
    const grant = await this.database.client.accessGrant.findFirst({
      where: { userId, courseId, revokedAt: null },
      select: { id: true },
    });
    return grant !== null;
  }
}
