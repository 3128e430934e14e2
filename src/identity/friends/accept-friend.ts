import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, Transactional } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';
import { CountFriends } from './count-friends.js';
import type { FriendshipDto } from './friends.dto.js';
import { LockPair } from './lock-pair.js';
import { ReadFriends } from './read-friends.js';

@Injectable()
export class AcceptFriend {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly lockPair: LockPair,
    private readonly countFriends: CountFriends,
    private readonly readFriends: ReadFriends,
  ) {}

  /**
   * Only who was asked accepts. Friends already are answered as they are. Contends on both people: see `LockPair`.
   * @throws not found where nothing is to be accepted; IdentityProblems.tooManyFriends
   */
  @Transactional()
  async execute(userId: string, otherId: string): Promise<FriendshipDto> {
    const pair = await this.lockPair.execute(userId, otherId);
    const asked = await this.readFriends.between(userId, otherId);
    if (asked?.status === 'ACCEPTED') return asked;
    if (asked?.direction !== 'RECEIVED') throw notFound('Request');
    await this.countFriends.requireRoom(userId);
    const acceptedAt = this.clock.now();
    await this.database.client.friendship.update({ where: { lowId_highId: pair }, data: { acceptedAt } });
    return { ...asked, status: 'ACCEPTED', acceptedAt };
  }
}
