import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../../platform/database/index.js';

/** What an owner owes us, next to what their earnings or their wallet could give of it. */
export interface Receivable {
  ownerId: string;
  from: 'earnings' | 'wallet';
  currency: string;
  /** Minor units; negative when we owe them, as a reversal was itself taken back. */
  owed: bigint;
  available: bigint;
  /** Number of the latest posting on it. */
  sequence: bigint;
}

/** Has a row when somebody owes us, or we them. */
export const anybodyOwes = Prisma.sql`
  SELECT FROM ledger_accounts WHERE starts_with(code, 'asset:receivable:') AND balance <> 0`;

/** Debts of owners whose balance could not bear a reversal. */
@Injectable()
export class ReadReceivables {
  constructor(private readonly database: Database) {}

  async owes(ownerId: string): Promise<boolean> {
    const found = await this.database.row(Prisma.sql`
      SELECT 1 FROM ledger_accounts WHERE code = ${`asset:receivable:${ownerId}`} AND balance > 0`);
    return found !== undefined;
  }

  /** Those that can be settled, wholly or in part, from the owner's earnings or their wallet now; earnings first. */
  settleable(limit: number): Promise<Receivable[]> {
    return this.database.rows<Receivable>(Prisma.sql`
      SELECT DISTINCT ON (r.id) r.owner_id AS "ownerId", split_part(o.code, ':', 2) AS "from", r.currency, r.balance AS owed,
        o.balance - o.held AS available, r.sequence
      FROM ledger_accounts r JOIN ledger_accounts o
        ON o.code IN ('liability:earnings:' || r.owner_id, 'liability:wallet:' || r.owner_id) AND o.currency = r.currency
      WHERE starts_with(r.code, 'asset:receivable:') AND r.balance <> 0 AND (r.balance < 0 OR o.balance > o.held)
      ORDER BY r.id, o.code LIMIT ${limit}`);
  }
}
