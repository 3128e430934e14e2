import { Injectable } from '@nestjs/common';
import { Database, type LedgerAccountType, Prisma } from '../../platform/database/index.js';
import { type EntryWithPostings, queryEntries } from './query-entries.js';

export interface AccountBalance {
  code: string;
  type: LedgerAccountType;
  currency: string;
  ownerId: string | null;
  /** Debits and credits, both ≥ 0. */
  debits: bigint;
  credits: bigint;
}

export interface CurrencyTotals {
  currency: string;
  debits: bigint;
  credits: bigint;
  /** Debits − credits over every account: always 0. */
  difference: bigint;
}

export interface EntryFilter {
  account?: string;
  kind?: string;
  objectId?: string;
  /** Effective from then on. */
  from?: Date;
  /** Effective before. */
  to?: Date;
  /** Continue after this entry id. */
  cursor?: string;
  limit: number;
}

/** Balances and entries as the journal has them. A balance is the account's rollup and what is not folded yet, of one snapshot. */
@Injectable()
export class ReadLedger {
  constructor(private readonly database: Database) {}

  /** Every account with its totals, by code; `prefix` narrows to a branch of the chart (`liability:earnings`). */
  balances(prefix = ''): Promise<AccountBalance[]> {
    return this.database.rows<AccountBalance>(Prisma.sql`
      SELECT a.code, a.type, a.currency, a.owner_id AS "ownerId",
        (coalesce(r.debits, 0) + coalesce(d.debits, 0))::bigint AS debits,
        (coalesce(r.credits, 0) + coalesce(d.credits, 0))::bigint AS credits
      FROM ledger_accounts a
      LEFT JOIN ledger_rollups r ON r.account_id = a.id
      LEFT JOIN (SELECT account_id, sum(debits) AS debits, sum(credits) AS credits FROM ledger_deltas GROUP BY account_id) d
        ON d.account_id = a.id
      WHERE starts_with(a.code, ${prefix})
      ORDER BY a.code, a.currency`);
  }

  /** Every account and the totals per currency, of one snapshot: the totals are those of the accounts listed. */
  async trialBalance(): Promise<{ totals: CurrencyTotals[]; accounts: AccountBalance[] }> {
    const accounts = await this.balances();
    const totals = new Map<string, CurrencyTotals>();
    for (const { currency, debits, credits } of accounts) {
      const sum = totals.get(currency) ?? { currency, debits: 0n, credits: 0n, difference: 0n };
      totals.set(currency, {
        currency,
        debits: sum.debits + debits,
        credits: sum.credits + credits,
        difference: sum.difference + debits - credits,
      });
    }
    return { totals: [...totals.values()].toSorted((a, b) => a.currency.localeCompare(b.currency)), accounts };
  }

  /** Entries, newest first by id. One statement with their postings. */
  entries(filter: EntryFilter): Promise<EntryWithPostings[]> {
    const conditions = [
      filter.kind && Prisma.sql`e.kind = ${filter.kind}`,
      filter.objectId && Prisma.sql`e.object_id = ${filter.objectId}`,
      filter.from && Prisma.sql`e.effective_at >= ${filter.from}`,
      filter.to && Prisma.sql`e.effective_at < ${filter.to}`,
      filter.cursor && Prisma.sql`e.id < ${filter.cursor}`,
      filter.account &&
        Prisma.sql`EXISTS (SELECT 1 FROM ledger_postings p JOIN ledger_accounts a ON a.id = p.account_id WHERE p.entry_id = e.id AND a.code = ${filter.account})`,
    ];
    return queryEntries(this.database.client, conditions, Prisma.sql`ORDER BY e.id DESC LIMIT ${filter.limit}`);
  }
}
