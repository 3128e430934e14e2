import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { IdentityProblems } from '../identity.problems.js';
import { isOf } from './read-friends.js';

/** Friends and open requests that a person has made, together. Those who ask them are no fault of theirs, and do not count. */
export const MOST_FRIENDS = 1_000;

@Injectable()
export class CountFriends {
  constructor(private readonly database: Database) {}

  /**
   * For whoever has locked the person, until the end of that transaction.
   * @throws IdentityProblems.tooManyFriends unless there is room for another
   */
  async requireRoom(userId: string): Promise<void> {
    const row = await this.database.row<{ count: number }>(Prisma.sql`
      SELECT count(*)::integer AS count FROM friendships f
      WHERE ${isOf(userId)} AND (f.accepted_at IS NOT NULL OR f.requested_by = ${userId})`);
    if ((row?.count ?? 0) >= MOST_FRIENDS) throw new DomainError(IdentityProblems.tooManyFriends);
  }
}
