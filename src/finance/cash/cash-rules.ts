import { Prisma } from '../../platform/database/index.js';
import { DRAWER_PREFIX } from './cashboxes.js';

/** What an object's own entries have posted into the drawer of its branch. */
const posted = (type: string, object: Prisma.Sql) => Prisma.sql`
  LEFT JOIN ledger_entries e ON e.object_type = ${type} AND e.object_id = ${object}.id
  LEFT JOIN ledger_accounts a ON a.code = ${DRAWER_PREFIX} || ${object}.branch_id AND a.currency = ${object}.currency
  LEFT JOIN ledger_postings p ON p.entry_id = e.id AND p.account_id = a.id`;

/** What must hold between the cash desks and the journal. That no drawer is below 0 is the ledger's own rule. */
export const cashRules = {
  'a cash count has booked its difference, once, and left what was counted': Prisma.sql`
    SELECT c.id AS subject, format('difference %s, entries %s, booked %s', c.counted - c.expected, count(e.id), sum(p.amount)) AS detail
    FROM cash_counts c ${posted('cash-count', Prisma.sql`c`)}
    GROUP BY c.id
    HAVING count(e.id) <> (c.counted <> c.expected)::int OR coalesce(sum(p.amount), 0) <> c.counted - c.expected
      OR max(p.balance_after) <> c.counted`,
  'a cash movement is booked once': Prisma.sql`
    SELECT m.id AS subject, format('%s of %s, entries %s, booked %s', m.kind, m.amount, count(e.id), sum(p.amount)) AS detail
    FROM cash_movements m ${posted('cash-movement', Prisma.sql`m`)}
    GROUP BY m.id
    HAVING count(e.id) <> 1 OR coalesce(sum(p.amount), 0) <> CASE m.kind WHEN 'FLOAT' THEN m.amount ELSE -m.amount END
      OR min(e.kind) <> CASE m.kind WHEN 'FLOAT' THEN 'cash.float' WHEN 'BANKING' THEN 'cash.banked' ELSE 'cash.paid-out' END`,
  // Whatever else were to move a drawer would also have to ask whether its day is closed, and to have a line in the daily summary.
  'only seats, movements and counts move a drawer': Prisma.sql`
    SELECT e.id AS subject, e.kind AS detail
    FROM branches b JOIN ledger_accounts a ON a.code = ${DRAWER_PREFIX} || b.id
      JOIN ledger_postings p ON p.account_id = a.id JOIN ledger_entries e ON e.id = p.entry_id
    WHERE e.kind NOT IN ('seat.paid-cash', 'cash.float', 'cash.banked', 'cash.paid-out', 'cash.counted')`,
  // A branch that was changed since may have moved to another time zone, and its days with it.
  'a closed day ends with what was counted, and nothing is booked into it after': Prisma.sql`
    SELECT d.id AS subject, format('counted %s, booked until the end of %s: %s', d.counted, d.day, d.running) AS detail
    FROM (
      SELECT c.id, c.counted, c.created_at, branch_id, day,
        coalesce(sum(m.amount) OVER (PARTITION BY branch_id, currency ORDER BY day), 0) AS running
      FROM (
        SELECT b.id AS branch_id, a.currency, to_char(e.effective_at AT TIME ZONE b.time_zone, 'YYYY-MM-DD') AS day, sum(p.amount) AS amount
        FROM branches b JOIN ledger_accounts a ON a.code = ${DRAWER_PREFIX} || b.id
          JOIN ledger_postings p ON p.account_id = a.id JOIN ledger_entries e ON e.id = p.entry_id
        GROUP BY 1, 2, 3
      ) m FULL JOIN (SELECT * FROM cash_counts WHERE closed_day) c USING (branch_id, currency, day)
    ) d JOIN branches b ON b.id = d.branch_id
    WHERE d.id IS NOT NULL AND d.running <> d.counted AND b.updated_at <= d.created_at`,
} satisfies Record<string, Prisma.Sql>;
