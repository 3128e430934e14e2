import { Prisma } from '../../platform/database/index.js';

const postedSums = Prisma.sql`
  SELECT account_id, sum(amount) FILTER (WHERE amount > 0) AS debits, -sum(amount) FILTER (WHERE amount < 0) AS credits
  FROM ledger_postings GROUP BY account_id`;

/** What must hold of the books by themselves. */
export const ledgerRules = {
  'every entry balances per currency and has two legs or more': Prisma.sql`
    SELECT e.id AS subject, format('%s legs, sum %s %s', count(p.amount), sum(p.amount), p.currency) AS detail
    FROM ledger_entries e LEFT JOIN ledger_postings p ON p.entry_id = e.id
    GROUP BY e.id, p.currency
    HAVING coalesce(sum(p.amount), -1) <> 0 OR (SELECT count(*) FROM ledger_postings q WHERE q.entry_id = e.id) < 2`,
  'the trial balance is zero': Prisma.sql`
    SELECT currency AS subject, sum(amount) AS detail FROM ledger_postings GROUP BY currency HAVING sum(amount) <> 0`,
  'a strict account has the balance of its postings': Prisma.sql`
    SELECT a.code || ' ' || a.currency AS subject, format('kept %s, posted %s', a.balance, posted.balance) AS detail
    FROM ledger_accounts a LEFT JOIN LATERAL (
      SELECT CASE WHEN a.type IN ('ASSET', 'EXPENSE') THEN 1 ELSE -1 END * coalesce(sum(amount), 0) AS balance
      FROM ledger_postings WHERE account_id = a.id) posted ON true
    WHERE a.strict AND a.balance <> posted.balance`,
  "a strict account's postings are numbered without a gap and carry the balance after each": Prisma.sql`
    SELECT a.code || ' ' || a.currency AS subject, format('posting %s of %s is numbered %s', p.number, a.sequence, p.account_sequence) AS detail
    FROM (
      SELECT account_id, account_sequence, balance_after, row_number() OVER w AS number, sum(amount) OVER w AS running,
        lead(entry_id) OVER w IS NULL AS latest
      FROM ledger_postings WINDOW w AS (PARTITION BY account_id ORDER BY account_sequence)
    ) p JOIN ledger_accounts a ON a.id = p.account_id
    WHERE a.strict AND (p.account_sequence IS DISTINCT FROM p.number OR (p.latest AND a.sequence <> p.number)
      OR p.balance_after IS DISTINCT FROM CASE WHEN a.type IN ('ASSET', 'EXPENSE') THEN 1 ELSE -1 END * p.running)`,
  'what is held is the sum of the open holds': Prisma.sql`
    SELECT a.code || ' ' || a.currency AS subject, format('held %s, open %s', a.held, open.sum) AS detail
    FROM ledger_accounts a LEFT JOIN LATERAL (
      SELECT coalesce(sum(amount), 0) AS sum FROM ledger_holds WHERE account_id = a.id AND status = 'OPEN') open ON true
    WHERE a.held <> open.sum`,
  'no account is below its floor': Prisma.sql`
    SELECT code || ' ' || currency AS subject, format('available %s, floor %s', balance - held, floor) AS detail
    FROM ledger_accounts WHERE floor IS NOT NULL AND balance - held < floor`,
  'a rollup and what is not folded sum to the postings': Prisma.sql`
    SELECT a.code || ' ' || a.currency AS subject,
      format('rolled up %s/%s, posted %s/%s', known.debits, known.credits, posted.debits, posted.credits) AS detail
    FROM ledger_accounts a
    LEFT JOIN (${postedSums}) posted ON posted.account_id = a.id
    LEFT JOIN (
      SELECT account_id, sum(debits) AS debits, sum(credits) AS credits
      FROM (SELECT account_id, debits, credits FROM ledger_rollups UNION ALL SELECT account_id, debits, credits FROM ledger_deltas) parts
      GROUP BY account_id) known ON known.account_id = a.id
    WHERE coalesce(known.debits, 0) <> coalesce(posted.debits, 0) OR coalesce(known.credits, 0) <> coalesce(posted.credits, 0)`,
  'a reversal takes back exactly what it names': Prisma.sql`
    SELECT e.id AS subject, e.reverses AS detail FROM ledger_entries e
    WHERE e.reverses IS NOT NULL AND EXISTS (
      SELECT 1 FROM (
        SELECT account_id, amount FROM ledger_postings WHERE entry_id = e.id
        UNION ALL SELECT account_id, amount FROM ledger_postings WHERE entry_id = e.reverses) both_sides
      GROUP BY account_id HAVING sum(amount) <> 0)`,
} satisfies Record<string, Prisma.Sql>;
