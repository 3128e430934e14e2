import { Prisma } from '../../platform/database/index.js';
import { LICENSE_KIND } from './stream.js';

/** What must hold between licences, what was paid for them, and the journal. */
export const licenseRules = {
  // Its end is known to the moment by who decides something; the column has until the sweep has been there.
  "a licence's status is what its facts say": Prisma.sql`
    SELECT l.id AS subject, format('%s, should be %s', l.status, told.status) AS detail
    FROM licenses l, LATERAL (SELECT CASE
      WHEN l.revoked_at IS NOT NULL THEN 'REVOKED'
      WHEN l.suspended_at IS NOT NULL OR l.disputed_by IS NOT NULL THEN 'SUSPENDED'
      WHEN l.expires_at IS NULL THEN 'PENDING'
      WHEN l.status = 'EXPIRED' AND l.next_look_at IS NULL OR l.expires_at < now() - interval '1 hour' THEN 'EXPIRED'
      WHEN l.activated_at IS NULL THEN 'PENDING'
      ELSE 'ACTIVE' END AS status) told
    WHERE l.status::text <> told.status`,
  'a licence that is to expire is looked at': Prisma.sql`
    SELECT id AS subject, format('%s until %s, and nobody looks', status, expires_at) AS detail
    FROM licenses WHERE status IN ('ACTIVE', 'PENDING') AND expires_at IS NOT NULL AND next_look_at IS NULL`,
  'the seats of a licence that are taken are those that are assigned or offered': Prisma.sql`
    SELECT l.id AS subject, format('%s taken, there are %s', l.seats_taken, held.count) AS detail
    FROM licenses l, LATERAL (
      SELECT count(*) FROM license_seats s WHERE s.license_id = l.id AND s.status IN ('ASSIGNED', 'INVITED')) held
    WHERE l.seats_taken <> held.count`,
  'a licence is paid for until the end of the term that was paid last': Prisma.sql`
    SELECT l.id AS subject, format('until %s, should be until %s', l.expires_at, last.until_at) AS detail
    FROM licenses l LEFT JOIN LATERAL (
      SELECT from_at, until_at FROM license_terms t WHERE t.license_id = l.id AND t.status = 'PAID' ORDER BY paid_at DESC, id DESC LIMIT 1) last ON true
    WHERE l.expires_at IS DISTINCT FROM last.until_at
      -- Not as long as it has not begun, when the money of the one before went back.
      AND NOT (l.expires_at IS NULL AND last.from_at > l.updated_at)`,
  'an invoice that was marked as paid is booked once, as it was': Prisma.sql`
    SELECT coalesce(t.id, e.object_id) AS subject, format('came %s, booked %s', t.total, e.total) AS detail
    FROM (SELECT * FROM license_terms WHERE invoice_reference IS NOT NULL) t FULL JOIN (
      SELECT e.object_id, e.reference, a.currency, sum(p.amount) FILTER (WHERE a.code = 'asset:bank') AS total,
        -coalesce(sum(p.amount) FILTER (WHERE starts_with(a.code, 'liability:tax:')), 0) AS tax
      FROM ledger_entries e JOIN ledger_postings p ON p.entry_id = e.id JOIN ledger_accounts a ON a.id = p.account_id
      WHERE e.kind = 'license.invoiced' GROUP BY e.id, a.currency
    ) e ON e.reference = t.id || ':invoiced'
    WHERE (t.total, t.tax, t.currency) IS DISTINCT FROM (e.total, e.tax, e.currency)`,
  'what an invoice of a licence has deferred is what came for it, less tax': Prisma.sql`
    SELECT t.id AS subject, format('came %s, deferred %s', t.total - t.tax, deferred.amount) AS detail
    FROM license_terms t, LATERAL (SELECT coalesce(sum(amount), 0) AS amount FROM deferrals WHERE source_id = t.id) deferred
    WHERE t.invoice_reference IS NOT NULL AND t.total - t.tax <> deferred.amount`,
  'a term that a payment session paid for is what it bought': Prisma.sql`
    SELECT coalesce(s.id, t.id) AS subject, format('bought %s, gave a term of %s', s.item_id, t.license_id) AS detail
    FROM (SELECT * FROM payment_sessions WHERE item_kind = ${LICENSE_KIND} AND status = 'COMPLETED') s
      FULL JOIN (SELECT * FROM license_terms WHERE payment_session_id IS NOT NULL) t ON t.payment_session_id = s.id
    WHERE s.item_id IS DISTINCT FROM t.license_id`,
} satisfies Record<string, Prisma.Sql>;
