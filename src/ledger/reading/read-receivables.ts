import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../../platform/database/index.js';

/** What an owner owes us, next to what their wallet could give of it. */
export interface Receivable {
  ownerId: string;
  currency: string;
  /** Minor units; negative when we owe them, as a reversal was itself taken back. */
  owed: bigint;
  available: bigint;
  /** Number of the latest posting on it. */
  sequence: bigint;
}

/** Debts of owners whose balance could not bear a reversal. */
@Injectable()
export class ReadReceivables {
  constructor(private readonly database: Database) {}

  async owes(ownerId: string): Promise<boolean> {
    const found = await this.database.row(Prisma.sql`
      SELECT 1 FROM ledger_accounts WHERE code = ${`asset:receivable:${ownerId}`} AND balance > 0`);
    return found !== undefined;
  }

  /** Those that can be settled, wholly or in part, from the owner's wallet now. */
  settleable(limit: number): Promise<Receivable[]> {
    return this.database.rows<Receivable>(Prisma.sql`
      SELECT r.owner_id AS "ownerId", r.currency, r.balance AS owed, w.balance - w.held AS available, r.sequence
      FROM ledger_accounts r JOIN ledger_accounts w ON w.code = 'liability:wallet:' || r.owner_id AND w.currency = r.currency
      WHERE starts_with(r.code, 'asset:receivable:') AND r.balance <> 0 AND (r.balance < 0 OR w.balance > w.held)
      ORDER BY r.id LIMIT ${limit}`);
  }
}
