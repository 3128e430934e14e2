import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { type AccessGrantSource, Database } from '../../platform/database/index.js';

/** Closes what one enrollment, subscription or licence seat had opened, in the ambient transaction. What another one opened stays open. */
@Injectable()
export class RevokeAccess {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async execute(source: AccessGrantSource, sourceId: string): Promise<void> {
    await this.database.client.accessGrant.updateMany({
      where: { source, sourceId, revokedAt: null },
      data: { revokedAt: this.clock.now() },
    });
  }
}
