import { Injectable } from '@nestjs/common';
import { Database, isInTransaction, Prisma } from '../../platform/database/index.js';
import { type Tier, Tiers } from '../tiers/tiers.js';

interface OpenSeat {
  readonly tier: Tier;
  /** When its licence does. */
  readonly expiresAt: Date;
}

/** The seats that give somebody something. */
@Injectable()
export class OpenSeats {
  constructor(
    private readonly database: Database,
    private readonly tiers: Tiers,
  ) {}

  /** In a transaction they stay open until that ends: contends on the seats' rows, in the order of their ids, with whoever closes them. */
  async of(userId: string): Promise<OpenSeat[]> {
    const lock = isInTransaction() ? Prisma.sql`FOR SHARE OF s` : Prisma.empty;
    const open = await this.database.rows<{ tier: string; expiresAt: Date }>(Prisma.sql`
      SELECT s.tier, l.expires_at AS "expiresAt" FROM license_seats s JOIN licenses l ON l.id = s.license_id
      WHERE s.user_id = ${userId} AND s.open ORDER BY s.id ${lock}`);
    return open.map(({ tier, expiresAt }) => ({ tier: this.tiers.get(tier), expiresAt }));
  }
}
