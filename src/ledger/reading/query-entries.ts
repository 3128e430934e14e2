import { Prisma } from '../../platform/database/index.js';

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

type Row = Omit<EntryWithPostings, 'postings'> & { postings: { account: string; amount: string; currency: string }[] };

/** Entries with their postings in one statement. Conditions that are not there are left out; `tail` orders and limits. */
export async function queryEntries(
  client: Prisma.TransactionClient,
  conditions: (Prisma.Sql | string | undefined)[],
  tail: Prisma.Sql,
): Promise<EntryWithPostings[]> {
  const given = conditions.filter((condition) => condition instanceof Prisma.Sql);
  const where = given.length > 0 ? Prisma.sql`WHERE ${Prisma.join(given, ' AND ')}` : Prisma.empty;
  // Amounts come as text: JSON numbers would lose what a bigint holds.
  const rows = await client.$queryRaw<Row[]>(Prisma.sql`
    SELECT e.id, e.kind, e.reference, e.object_type AS "objectType", e.object_id AS "objectId", e.effective_at AS "effectiveAt",
      e.posted_at AS "postedAt", e.actor, e.reverses,
      (SELECT json_agg(json_build_object('account', a.code, 'amount', p.amount::text, 'currency', p.currency) ORDER BY p.position)
         FROM ledger_postings p JOIN ledger_accounts a ON a.id = p.account_id WHERE p.entry_id = e.id) AS postings
    FROM ledger_entries e ${where} ${tail}`);
  return rows.map((row) => ({
    ...row,
    postings: row.postings.map((posting) => ({ ...posting, amount: BigInt(posting.amount) })),
  }));
}
