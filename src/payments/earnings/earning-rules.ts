import { Prisma } from '../../platform/database/index.js';

/** What must hold between payees' shares of sales and the journal. */
export const earningRules = {
  'what is pending for a payee is what their sales hold': Prisma.sql`
    SELECT coalesce(a.code, o.code) || ' ' || coalesce(a.currency, o.currency) AS subject,
      format('booked %s, sales hold %s', coalesce(a.amount, 0), coalesce(o.amount, 0)) AS detail
    FROM (
      SELECT c.code, c.currency, -sum(l.amount) AS amount FROM ledger_accounts c JOIN ledger_postings l ON l.account_id = c.id
      WHERE starts_with(c.code, 'liability:earnings-pending:') GROUP BY c.id
    ) a FULL JOIN (
      SELECT 'liability:earnings-pending:' || payee_id AS code, currency, sum(pending) AS amount FROM earnings GROUP BY 1, 2
    ) o ON o.code = a.code AND o.currency = a.currency
    WHERE coalesce(a.amount, 0) <> coalesce(o.amount, 0)`,
  'what was taken of an earning is what its refunds and disputes took': Prisma.sql`
    SELECT e.id AS subject, format('reversed %s, taken %s', e.reversed, coalesce(sum(r.amount), 0)) AS detail
    FROM earnings e LEFT JOIN earning_reversals r ON r.earning_id = e.id
    GROUP BY e.id HAVING e.reversed <> coalesce(sum(r.amount), 0)`,
  'a refund or a dispute knows the shares that it took': Prisma.sql`
    SELECT c.id AS subject, format('knows %s, took %s', c.share, coalesce(sum(r.amount), 0)) AS detail
    FROM (
      SELECT id, share FROM refunds WHERE status IN ('PENDING', 'SUCCEEDED') UNION ALL SELECT id, share FROM disputes
    ) c LEFT JOIN earning_reversals r ON r.cause = c.id
    GROUP BY c.id, c.share HAVING c.share <> coalesce(sum(r.amount), 0)`,
  'what is pending has its time, unless it is disputed': Prisma.sql`
    SELECT e.id AS subject, format('%s pending, %s', e.pending, p.status) AS detail
    FROM earnings e JOIN payments p ON p.id = e.payment_id
    WHERE (e.pending > 0 AND p.status <> 'DISPUTED') <> (e.due_at IS NOT NULL)`,
} satisfies Record<string, Prisma.Sql>;
