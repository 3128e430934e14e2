import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../../platform/database/index.js';
import { accounts, WALLET_OWNER_TYPES, walletCodesOf, type WalletOwnerType } from '../accounts.js';

export interface WalletBalance {
  /** The account's number. */
  id: bigint;
  currency: string;
  balance: bigint;
  held: bigint;
}

export interface WalletMovement {
  /** The movement's number in the wallet: 1 is the first. */
  sequence: bigint;
  entryId: string;
  kind: string;
  objectType: string;
  objectId: string;
  at: Date;
  /** From the owner's side: in positive, out negative. */
  amount: bigint;
  balanceAfter: bigint;
}

export interface WalletTotal {
  ownerType: WalletOwnerType;
  currency: string;
  wallets: bigint;
  balance: bigint;
  held: bigint;
}

/** Wallets are accounts: what is read here is the ledger, nothing beside it. */
@Injectable()
export class ReadWallets {
  constructor(private readonly database: Database) {}

  /** One per currency; none before anything was paid in. */
  of(ownerId: string, ownerType: WalletOwnerType): Promise<WalletBalance[]> {
    const { code } = accounts.wallet(ownerId, ownerType);
    return this.database.rows<WalletBalance>(
      Prisma.sql`SELECT id, currency, balance, held FROM ledger_accounts WHERE code = ${code} ORDER BY currency`,
    );
  }

  /** The wallet with this number, if there is such a wallet. */
  async exists(id: bigint): Promise<boolean> {
    const found = await this.database.row(
      Prisma.sql`SELECT 1 FROM ledger_accounts WHERE id = ${id} AND starts_with(code, 'liability:wallet') AND strict`,
    );
    return found !== undefined;
  }

  /** Movements of one wallet, newest first, before the one numbered `before`. */
  statement(id: bigint, limit: number, before?: bigint): Promise<WalletMovement[]> {
    const page = before === undefined ? Prisma.empty : Prisma.sql`AND p.account_sequence < ${before}`;
    return this.database.rows<WalletMovement>(Prisma.sql`
      SELECT p.account_sequence AS sequence, e.id AS "entryId", e.kind, e.object_type AS "objectType", e.object_id AS "objectId",
        e.posted_at AS at, -p.amount AS amount, p.balance_after AS "balanceAfter"
      FROM ledger_postings p JOIN ledger_entries e ON e.id = p.entry_id
      WHERE p.account_id = ${id} ${page} ORDER BY p.account_sequence DESC LIMIT ${limit}`);
  }

  /** What we owe to wallets, by kind of owner and currency. */
  totals(): Promise<WalletTotal[]> {
    const kinds = WALLET_OWNER_TYPES.map((type) => Prisma.sql`(${type}, ${walletCodesOf(type)})`);
    return this.database.rows<WalletTotal>(Prisma.sql`
      SELECT kind.type AS "ownerType", a.currency, count(*) AS wallets, sum(a.balance)::bigint AS balance, sum(a.held)::bigint AS held
      FROM (VALUES ${Prisma.join(kinds)}) AS kind(type, prefix) JOIN ledger_accounts a ON starts_with(a.code, kind.prefix)
      GROUP BY 1, 2 ORDER BY 1, 2`);
  }
}
