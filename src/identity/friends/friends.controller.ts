import { Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import { Problems } from '../../platform/errors/index.js';
import { Endpoint, type Page } from '../../platform/http/index.js';
import { IdentityProblems } from '../identity.problems.js';
import { AcceptFriend } from './accept-friend.js';
import { AskFriend } from './ask-friend.js';
import { FriendsQuery, FriendshipDto } from './friends.dto.js';
import { ReadFriends } from './read-friends.js';
import { RemoveFriend } from './remove-friend.js';

@ApiTags('identity')
@Controller('friends')
export class FriendsController {
  constructor(
    private readonly readFriends: ReadFriends,
    private readonly askFriend: AskFriend,
    private readonly acceptFriend: AcceptFriend,
    private readonly removeFriend: RemoveFriend,
  ) {}

  @Get()
  @Endpoint({
    access: 'signed-in',
    summary: 'Your friends and open requests, the latest first',
    pageOf: FriendshipDto,
  })
  list(@CurrentPrincipal() { userId }: Principal, @Query() query: FriendsQuery): Promise<Page<FriendshipDto>> {
    return this.readFriends.page(userId, query);
  }

  @Post(':userId')
  @Endpoint({
    access: 'signed-in',
    status: 201,
    summary: 'Ask somebody to be your friend',
    description:
      'Asked again it is answered the same. Who has asked you is accepted by it. Friends and the requests that you have made are at most 1,000 together.',
    answers: FriendshipDto,
    errors: [Problems.notFound, IdentityProblems.tooManyFriends],
  })
  ask(@CurrentPrincipal() { userId }: Principal, @Param('userId') otherId: string): Promise<FriendshipDto> {
    return this.askFriend.execute(userId, otherId);
  }

  @Post(':userId/accept')
  @Endpoint({
    access: 'signed-in',
    summary: 'Accept the request of somebody who has asked you',
    description: 'Accepted again it is answered the same.',
    answers: FriendshipDto,
    errors: [Problems.notFound, IdentityProblems.tooManyFriends],
  })
  accept(@CurrentPrincipal() { userId }: Principal, @Param('userId') otherId: string): Promise<FriendshipDto> {
    return this.acceptFriend.execute(userId, otherId);
  }

  @Delete(':userId')
  @Endpoint({
    access: 'signed-in',
    status: 204,
    summary: 'Take your request back, decline theirs, or end the friendship',
    errors: [Problems.notFound],
  })
  remove(@CurrentPrincipal() { userId }: Principal, @Param('userId') otherId: string): Promise<void> {
    return this.removeFriend.execute(userId, otherId);
  }
}
