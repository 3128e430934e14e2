import { Prisma } from '../../platform/database/index.js';

/*
 * What the journal says about trade: sales, what goes back of them, and when they are earned. Wallet top-ups and transfers leave the money
 * with us for its owner; they are told by having no leg of the parts below.
 */

/** Entries `e` by which a buyer pays. */
export const sold = Prisma.sql`(e.kind LIKE '%.sold' OR e.kind IN ('seat.captured', 'seat.paid-cash', 'license.invoiced'))`;

/** Those, and entries by which something of it goes back, is kept after all, or changes from paid to earned. */
const traded = Prisma.sql`(e.kind LIKE '%.sold' OR e.kind LIKE 'seat.%' OR e.kind LIKE 'package.%'
  OR e.kind IN ('license.invoiced', 'revenue.recognised', 'revenue.unrecognised', 'refund.asked', 'refund.failed', 'dispute.lost', 'dispute.lost-beyond', 'dispute.won-on-appeal'))`;

/**
 * The part that a leg stands for, by its account; `money` is what the buyer gave or has back, whatever it was paid with. What is `owed` is
 * the share of a payee who has it no more, or money that the buyer has no more.
 */
const part = Prisma.sql`CASE
  WHEN starts_with(code, 'liability:tax:') THEN 'tax'
  WHEN starts_with(code, 'liability:earnings') THEN 'share'
  WHEN starts_with(code, 'revenue:') THEN 'earned'
  WHEN starts_with(code, 'liability:deferred:') THEN 'deferred'
  WHEN code = 'expense:dispute-losses' THEN 'losses'
  WHEN starts_with(code, 'asset:receivable:') THEN 'owed'
  ELSE 'money' END`;

const partOfOwed = Prisma.sql`CASE WHEN a.part <> 'owed' THEN a.part
  WHEN EXISTS (SELECT 1 FROM earnings WHERE payment_id = e.object_id) THEN 'share' ELSE 'money' END`;

/**
 * What entries `e` of trade moved, added up by a key: one row for each key, currency, part and side (sold or not), debits positive. An entry
 * sums to zero, so money = tax + share + earned + deferred − losses in any set of them, to the minor unit. Added up leg by leg: what an
 * entry of another business moves is money on both sides, and comes to nothing.
 */
export function tradeParts(key: Prisma.Sql, { joins, period }: { joins: Prisma.Sql; period: Prisma.Sql }): Prisma.Sql {
  return Prisma.sql`
    SELECT ${key} AS key, l.currency, ${sold} AS sold, ${partOfOwed} AS part, sum(l.amount) AS debit,
      count(*) FILTER (WHERE l.amount > 0) - count(*) FILTER (WHERE l.amount < 0) AS legs
    FROM ledger_entries e
    JOIN ledger_postings l ON l.entry_id = e.id
    JOIN (SELECT id, ${part} AS part FROM ledger_accounts OFFSET 0) a ON a.id = l.account_id
    ${joins}
    WHERE ${traded} AND ${period}
    GROUP BY 1, 2, 3, 4`;
}
