import { Prisma } from '../../platform/database/index.js';
import { givenBackRules } from './given-back-rules.js';

const settled = Prisma.sql`('COMPLETED', 'PARTIALLY_REFUNDED', 'REFUNDED', 'DISPUTED')`;

/** Of each entry about a payment's money coming in: what the buyer's side was debited. */
const gross = Prisma.sql`
  SELECT e.id, e.kind, e.reference, e.object_id, l.currency, sum(l.amount) AS amount
  FROM ledger_entries e JOIN ledger_postings l ON l.entry_id = e.id AND l.amount > 0
  WHERE e.object_type = 'payment' AND (e.kind LIKE '%.sold' OR e.kind = 'payment.unapplied')
  GROUP BY e.id, l.currency`;

/** What must hold between payments and the journal. */
export const paymentRules = {
  ...givenBackRules,
  // Money that came a second time for one payment has an entry of its own, by its own transaction. Nothing paid makes no entry.
  "a settled payment's money is booked once, as sold or as unapplied": Prisma.sql`
    SELECT p.id AS subject, format('%s, booked %s times', p.status, count(e.id)) AS detail
    FROM payments p LEFT JOIN ledger_entries e
      ON e.reference IN (p.id || ':sold', p.id || ':unapplied:' || p.transaction_id)
    WHERE p.status IN ${settled} AND p.total > 0
    GROUP BY p.id HAVING count(e.id) <> 1`,
  'what is booked as sold is a settled payment of a completed session': Prisma.sql`
    SELECT e.id AS subject, format('payment %s is %s, session %s', e.object_id, coalesce(p.status::text, 'not there'), s.status) AS detail
    FROM ledger_entries e LEFT JOIN payments p ON p.id = e.object_id LEFT JOIN payment_sessions s ON s.id = p.session_id
    WHERE e.kind LIKE '%.sold' AND (p.status IN ${settled} AND s.status = 'COMPLETED') IS NOT TRUE`,
  'a sale is booked at what the payment was to be': Prisma.sql`
    SELECT g.id AS subject, format('booked %s %s, payment %s of %s %s', g.amount, g.currency, p.id, p.total, p.currency) AS detail
    FROM (${gross}) g JOIN payments p ON p.id = g.object_id
    WHERE g.kind LIKE '%.sold' AND (g.amount, g.currency) IS DISTINCT FROM (p.total, p.currency)`,
  'money that fits nothing is booked at what came, and goes back': Prisma.sql`
    SELECT g.id AS subject, format('booked %s %s, to be refunded %s', g.amount, g.currency, (
      SELECT string_agg(r.amount || ' ' || r.currency, ', ') FROM refunds r WHERE r.payment_id = g.object_id)) AS detail
    FROM (${gross}) g
    WHERE g.kind = 'payment.unapplied' AND NOT EXISTS (
      SELECT 1 FROM refunds r WHERE r.payment_id = g.object_id AND g.reference = r.payment_id || ':unapplied:' || r.transaction_id
        AND (g.amount, g.currency) IS NOT DISTINCT FROM (r.amount, r.currency))`,
  'what a payment received is what is booked of it': Prisma.sql`
    SELECT p.id AS subject, format('received %s %s, booked %s %s', p.received_amount, p.received_currency, g.amount, g.currency) AS detail
    FROM payments p JOIN (${gross}) g ON g.reference = p.id || ':unapplied:' || p.transaction_id
    WHERE (g.amount, g.currency)
      IS DISTINCT FROM (coalesce(p.received_amount, p.total), coalesce(p.received_currency, p.currency))`,
  'what lies unapplied is what could not be given back': Prisma.sql`
    SELECT coalesce(u.code, r.code) || ' ' || coalesce(u.currency, r.currency) AS subject,
      format('unapplied %s, not given back %s', coalesce(u.amount, 0), coalesce(r.amount, 0)) AS detail
    FROM (
      SELECT a.code, a.currency, -sum(l.amount) AS amount
      FROM ledger_accounts a JOIN ledger_postings l ON l.account_id = a.id
      WHERE starts_with(a.code, 'liability:unapplied:') GROUP BY a.id
    ) u FULL JOIN (
      SELECT 'liability:unapplied:' || payment_id AS code, currency, sum(amount) AS amount FROM (
        SELECT payment_id, currency, max(amount) AS amount FROM refunds WHERE transaction_id IS NOT NULL
        GROUP BY payment_id, transaction_id, currency HAVING NOT bool_or(status IN ('PENDING', 'SUCCEEDED'))
      ) stranded GROUP BY 1, 2
    ) r ON r.code = u.code AND r.currency = u.currency
    WHERE coalesce(u.amount, 0) <> coalesce(r.amount, 0)`,
} satisfies Record<string, Prisma.Sql>;
