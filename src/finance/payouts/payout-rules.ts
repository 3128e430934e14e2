import { unlessBooked } from '../../ledger/index.js';
import { Prisma } from '../../platform/database/index.js';

/** What must hold between payouts and the journal. */
export const payoutRules = {
  'what is on its way to instructors is the payouts that are not settled': unlessBooked(
    'liability:payouts-in-transit',
    Prisma.sql`SELECT currency, sum(amount) AS amount FROM payouts WHERE status IN ('REQUESTED', 'IN_TRANSIT') GROUP BY currency`,
  ),
  'a payout has the entries of its status': Prisma.sql`
    SELECT p.id AS subject, format('%s with %s', p.status, string_agg(e.kind || coalesce(' reversed by ' || v.id, ''), ', ')) AS detail
    FROM payouts p LEFT JOIN ledger_entries e ON e.reference IN (p.id || ':started', p.id || ':done')
      LEFT JOIN ledger_entries v ON v.reverses = e.id
    GROUP BY p.id
    HAVING count(e.id) FILTER (WHERE v.id IS NULL) <> CASE p.status WHEN 'REQUESTED' THEN 1 WHEN 'IN_TRANSIT' THEN 1 WHEN 'PAID' THEN 2 ELSE 0 END`,
  'what instructors have is what was released to them, less what was taken back and paid out': Prisma.sql`
    SELECT coalesce(a.owner_id, o.payee_id) || ' ' || coalesce(a.currency, o.currency) AS subject,
      format('books %s, sales and payouts %s', coalesce(a.amount, 0), coalesce(o.amount, 0)) AS detail
    FROM (
      SELECT c.owner_id, c.currency, -sum(l.amount) AS amount FROM ledger_accounts c JOIN ledger_postings l ON l.account_id = c.id
      JOIN ledger_entries e ON e.id = l.entry_id
      WHERE (starts_with(c.code, 'liability:earnings:') OR starts_with(c.code, 'asset:receivable:') AND EXISTS (
          SELECT 1 FROM earnings WHERE payee_id = c.owner_id AND currency = c.currency))
        AND (starts_with(c.code, 'liability:earnings:') OR e.object_id IN (SELECT payment_id FROM earnings WHERE payee_id = c.owner_id))
        AND e.kind <> 'receivable.settled'
      GROUP BY 1, 2
    ) a FULL JOIN (
      SELECT payee_id, currency, sum(amount) AS amount FROM (
        SELECT payee_id, currency, released AS amount FROM earnings
        UNION ALL SELECT payee_id, currency, -amount FROM payouts WHERE status IN ('REQUESTED', 'IN_TRANSIT', 'PAID')
      ) moved GROUP BY 1, 2
    ) o ON o.payee_id = a.owner_id AND o.currency = a.currency
    WHERE coalesce(a.amount, 0) <> coalesce(o.amount, 0)`,
} satisfies Record<string, Prisma.Sql>;
