import { AcceptFriend } from './accept-friend.js';
import { AskFriend } from './ask-friend.js';
import { CountFriends } from './count-friends.js';
import { FriendsOf } from './friends-of.js';
import { LockPair } from './lock-pair.js';
import { ReadFriends } from './read-friends.js';
import { RemoveFriend } from './remove-friend.js';

export const friends = [LockPair, CountFriends, ReadFriends, AskFriend, AcceptFriend, RemoveFriend, FriendsOf];
