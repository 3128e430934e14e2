import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { type AccessGrantSource, Database } from '../../platform/database/index.js';

/** Closes what enrollments, subscriptions or licence seats had opened, in the ambient transaction. What others opened stays open. */
@Injectable()
export class RevokeAccess {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async execute(source: AccessGrantSource, ...sourceIds: string[]): Promise<void> {
    await this.database.client.accessGrant.updateMany({
      where: { source, sourceId: { in: sourceIds }, revokedAt: null },
      data: { revokedAt: this.clock.now() },
    });
  }
}
