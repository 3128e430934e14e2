import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../../platform/database/index.js';

/** The ids of a person's friends: at most a thousand, in no order. */
@Injectable()
export class FriendsOf {
  constructor(private readonly database: Database) {}

  async execute(userId: string): Promise<string[]> {
    const friends = await this.database.rows<{ id: string }>(Prisma.sql`
      SELECT high_id AS id FROM friendships WHERE low_id = ${userId} AND accepted_at IS NOT NULL
      UNION ALL SELECT low_id FROM friendships WHERE high_id = ${userId} AND accepted_at IS NOT NULL`);
    return friends.map(({ id }) => id);
  }
}
