import { Injectable } from '@nestjs/common';
import { Database, type LedgerAccountType, Prisma } from '../platform/database/index.js';

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
  /** Continue after this entry id. */
  cursor?: string;
  limit: number;
}

export interface EntryWithPostings {
  id: string;
  kind: string;
  reference: string;
  objectType: string;
  objectId: string;
  effectiveAt: Date;
  postedAt: Date;
  actor: string;
  reverses: string | null;
  postings: { account: string; amount: bigint; currency: string }[];
}

/** Balances and entries as the journal has them; every figure is a sum of postings. */
@Injectable()
export class ReadLedger {
  constructor(private readonly database: Database) {}

  /** Every account with its totals, by code; `prefix` narrows to a branch of the chart (`liability:earnings`). */
  balances(prefix = ''): Promise<AccountBalance[]> {
    return this.database.rows<AccountBalance>(Prisma.sql`
      SELECT a.code, a.type, a.currency, a.owner_id AS "ownerId",
        coalesce(sum(p.amount) FILTER (WHERE p.amount > 0), 0)::bigint AS debits,
        coalesce(-sum(p.amount) FILTER (WHERE p.amount < 0), 0)::bigint AS credits
      FROM ledger_accounts a LEFT JOIN ledger_postings p ON p.account_id = a.id
      WHERE starts_with(a.code, ${prefix})
      GROUP BY a.id ORDER BY a.code, a.currency`);
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
      filter.cursor && Prisma.sql`e.id < ${filter.cursor}`,
      filter.account &&
        Prisma.sql`EXISTS (SELECT 1 FROM ledger_postings p JOIN ledger_accounts a ON a.id = p.account_id WHERE p.entry_id = e.id AND a.code = ${filter.account})`,
    ].filter((condition) => condition instanceof Prisma.Sql);
    const where = conditions.length > 0 ? Prisma.sql`WHERE ${Prisma.join(conditions, ' AND ')}` : Prisma.empty;
    return this.database
      .rows<
        Omit<EntryWithPostings, 'postings'> & { postings: { account: string; amount: string; currency: string }[] }
      >(
        Prisma.sql`
      SELECT e.id, e.kind, e.reference, e.object_type AS "objectType", e.object_id AS "objectId", e.effective_at AS "effectiveAt",
        e.posted_at AS "postedAt", e.actor, e.reverses,
        (SELECT json_agg(json_build_object('account', a.code, 'amount', p.amount::text, 'currency', p.currency) ORDER BY p.position)
           FROM ledger_postings p JOIN ledger_accounts a ON a.id = p.account_id WHERE p.entry_id = e.id) AS postings
      FROM ledger_entries e ${where} ORDER BY e.id DESC LIMIT ${filter.limit}`,
      )
      .then((rows) =>
        rows.map((row) => ({
          ...row,
          postings: row.postings.map((posting) => ({ ...posting, amount: BigInt(posting.amount) })),
        })),
      );
  }
}
