import { Choice, IdOf, Moment, Nested, PageQuery, Text, WebAddress } from '../../platform/http/index.js';

export const FRIENDSHIP_STATUSES = ['PENDING', 'ACCEPTED'] as const;
export type FriendshipStatus = (typeof FRIENDSHIP_STATUSES)[number];

/** Who asked: you did, or they did. */
export const FRIENDSHIP_DIRECTIONS = ['SENT', 'RECEIVED'] as const;
export type FriendshipDirection = (typeof FRIENDSHIP_DIRECTIONS)[number];

/** What anybody may see of another person. */
export class PersonDto {
  @IdOf('user', { description: 'Id' })
  id: string;

  @Text({ description: 'Name' })
  name: string;

  @WebAddress({ description: 'Address of a picture', nullable: true })
  profilePicture: string | null;
}

export class FriendsQuery extends PageQuery {
  @Choice(FRIENDSHIP_STATUSES, { description: 'Only friends, or only open requests', optional: true })
  status?: FriendshipStatus;

  @Choice(FRIENDSHIP_DIRECTIONS, { description: 'Only those whom you asked, or only those who asked', optional: true })
  direction?: FriendshipDirection;
}

export class FriendshipDto {
  @Nested(() => PersonDto, { description: 'The other person' })
  user: PersonDto;

  @Choice(FRIENDSHIP_STATUSES, { description: 'PENDING until who was asked has accepted' })
  status: FriendshipStatus;

  @Choice(FRIENDSHIP_DIRECTIONS, { description: 'SENT: you asked; RECEIVED: they did' })
  direction: FriendshipDirection;

  @Moment({ description: 'When it was asked' })
  requestedAt: Date;

  @Moment({ description: 'Since when they are friends', nullable: true })
  acceptedAt: Date | null;
}
