import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Settings } from '../../platform/config/index.js';
import { Database, Prisma } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import { Housekeep } from '../../platform/jobs/index.js';

const DAY_SECONDS = 86_400;

interface TokenOwner {
  readonly familyId: string;
  readonly userId: string;
}

/** Refresh tokens: 256 random bits to the client, their SHA-256 to the database. One sign-in and its refreshes are a family. */
@Injectable()
export class RefreshTokenStore {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  /** A new token, in a new family unless told which. */
  async issue(userId: string, familyId?: string): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    const id = newId('refreshToken');
    await this.database.client.refreshToken.create({
      data: {
        id,
        familyId: familyId ?? id,
        userId,
        tokenHash: hashOf(token),
        createdAt: this.clock.now(),
        expiresAt: this.clock.in(this.settings.REFRESH_TOKEN_DAYS * DAY_SECONDS),
      },
    });
    return token;
  }

  /**
   * Marks a good token as used; undefined if it is not good. Contends on the token's row: of two requests with the same
   * token, the second waits for the first and then no longer finds it unused.
   */
  async use(token: string): Promise<TokenOwner | undefined> {
    const now = this.clock.now();
    return this.database.row<TokenOwner>(Prisma.sql`
      UPDATE refresh_tokens SET used_at = ${now}
      WHERE token_hash = ${hashOf(token)} AND used_at IS NULL AND revoked_at IS NULL AND expires_at > ${now}
      RETURNING family_id AS "familyId", user_id AS "userId"`);
  }

  async find(token: string): Promise<{ familyId: string; usedAt: Date | null; revokedAt: Date | null } | null> {
    return this.database.client.refreshToken.findUnique({
      where: { tokenHash: hashOf(token) },
      select: { familyId: true, usedAt: true, revokedAt: true },
    });
  }

  /**
   * Ends a family. Contends on its tokens' rows. A refresh that is under way may be adding a token which the first
   * statement cannot see yet; but it holds the row of the token it uses, so the statement waits for it, and the next one
   * sees what it added. When a statement finds nothing left to revoke, no refresh can be under way.
   */
  revokeFamily(familyId: string): Promise<void> {
    return this.revoke(Prisma.sql`family_id = ${familyId}`);
  }

  /** Ends every sign-in of a user, in the same way. */
  revokeAll(userId: string): Promise<void> {
    return this.revoke(Prisma.sql`user_id = ${userId}`);
  }

  private async revoke(which: Prisma.Sql): Promise<void> {
    let revoked: number;
    do {
      revoked = await this.database.execute(Prisma.sql`
        UPDATE refresh_tokens SET revoked_at = ${this.clock.now()} WHERE ${which} AND revoked_at IS NULL`);
    } while (revoked > 0);
  }

  @Housekeep('refresh-tokens')
  async removeExpired(): Promise<number> {
    const { count } = await this.database.client.refreshToken.deleteMany({
      where: { expiresAt: { lte: this.clock.now() } },
    });
    return count;
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
