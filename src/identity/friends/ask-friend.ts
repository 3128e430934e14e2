import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, Transactional } from '../../platform/database/index.js';
import { invalid } from '../../platform/errors/index.js';
import { AcceptFriend } from './accept-friend.js';
import { CountFriends } from './count-friends.js';
import type { FriendshipDto } from './friends.dto.js';
import { LockPair, type Pair } from './lock-pair.js';
import { ReadFriends } from './read-friends.js';

@Injectable()
export class AskFriend {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly lockPair: LockPair,
    private readonly countFriends: CountFriends,
    private readonly readFriends: ReadFriends,
    private readonly acceptFriend: AcceptFriend,
  ) {}

  /**
   * Who has asked already is answered the same, and who was asked by the other accepts. Contends on both people: see `LockPair`.
   * @throws not found; IdentityProblems.tooManyFriends
   */
  @Transactional()
  async execute(userId: string, otherId: string): Promise<FriendshipDto> {
    if (userId === otherId) throw invalid('path/userId', 'userId must be that of somebody else');
    const pair = await this.lockPair.execute(userId, otherId);
    const before = await this.readFriends.between(userId, otherId);
    if (before?.direction === 'RECEIVED') return this.acceptFriend.execute(userId, otherId);
    return before ?? this.ask(pair, userId, otherId);
  }

  private async ask(pair: Pair, userId: string, otherId: string): Promise<FriendshipDto> {
    await this.countFriends.requireRoom(userId);
    await this.database.client.friendship.create({
      data: { ...pair, requestedBy: userId, createdAt: this.clock.now() },
    });
    const asked = await this.readFriends.between(userId, otherId);
    if (!asked) throw new Error(`what ${userId} has asked ${otherId} is gone`);
    return asked;
  }
}
