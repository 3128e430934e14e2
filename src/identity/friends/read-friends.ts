import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../../platform/database/index.js';
import { type Page, toPage, window } from '../../platform/http/index.js';
import type { FriendsQuery, FriendshipDirection, FriendshipDto, FriendshipStatus } from './friends.dto.js';

interface FriendshipRow {
  id: string;
  name: string;
  profilePicture: string | null;
  status: FriendshipStatus;
  direction: FriendshipDirection;
  requestedAt: Date;
  acceptedAt: Date | null;
}

/** A person's friends, those who want to be, and those who were asked. */
@Injectable()
export class ReadFriends {
  constructor(private readonly database: Database) {}

  /** The latest first. */
  async page(userId: string, query: FriendsQuery): Promise<Page<FriendshipDto>> {
    const where = Prisma.sql`${isOf(userId)} AND ${matching(userId, query)}`;
    const { skip, take } = window(query);
    const [data, counted] = await Promise.all([
      this.read(
        userId,
        Prisma.sql`${where} ORDER BY coalesce(f.accepted_at, f.created_at) DESC, u.id LIMIT ${take} OFFSET ${skip}`,
      ),
      this.database.row<{ total: number }>(
        Prisma.sql`SELECT count(*)::integer AS total FROM friendships f WHERE ${where}`,
      ),
    ]);
    return toPage(data, counted?.total ?? 0, query);
  }

  /** What there is between two people. */
  async between(userId: string, otherId: string): Promise<FriendshipDto | undefined> {
    const [found] = await this.read(userId, Prisma.sql`${isOf(userId)} AND ${isOf(otherId)}`);
    return found;
  }

  private async read(userId: string, which: Prisma.Sql): Promise<FriendshipDto[]> {
    const rows = await this.database.rows<FriendshipRow>(Prisma.sql`
      SELECT u.id, u.name, u.profile_picture AS "profilePicture",
        CASE WHEN f.accepted_at IS NULL THEN 'PENDING' ELSE 'ACCEPTED' END AS status,
        CASE WHEN f.requested_by = ${userId} THEN 'SENT' ELSE 'RECEIVED' END AS direction,
        f.created_at AS "requestedAt", f.accepted_at AS "acceptedAt"
      FROM friendships f JOIN users u ON u.id = CASE WHEN f.low_id = ${userId} THEN f.high_id ELSE f.low_id END
      WHERE ${which}`);
    return rows.map(({ id, name, profilePicture, ...friendship }) => ({
      user: { id, name, profilePicture },
      ...friendship,
    }));
  }
}

/** Which friendships are somebody's, by the key or by the index. */
export function isOf(userId: string): Prisma.Sql {
  return Prisma.sql`(f.low_id = ${userId} OR f.high_id = ${userId})`;
}

function matching(userId: string, { status, direction }: FriendsQuery): Prisma.Sql {
  const accepted = status && Prisma.sql`(f.accepted_at IS NOT NULL) = ${status === 'ACCEPTED'}`;
  const sent = direction && Prisma.sql`(f.requested_by = ${userId}) = ${direction === 'SENT'}`;
  return Prisma.sql`${accepted ?? Prisma.sql`true`} AND ${sent ?? Prisma.sql`true`}`;
}
