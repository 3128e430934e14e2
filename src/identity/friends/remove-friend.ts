import { Injectable } from '@nestjs/common';
import { Database, Transactional } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';
import { LockPair } from './lock-pair.js';

@Injectable()
export class RemoveFriend {
  constructor(
    private readonly database: Database,
    private readonly lockPair: LockPair,
  ) {}

  /**
   * Takes a request back, declines one, or ends a friendship: either of them may. Contends on both people: see `LockPair`.
   * @throws not found where there is nothing between them
   */
  @Transactional()
  async execute(userId: string, otherId: string): Promise<void> {
    const pair = await this.lockPair.execute(userId, otherId);
    const { count } = await this.database.client.friendship.deleteMany({ where: pair });
    if (count === 0) throw notFound('Friend');
  }
}
