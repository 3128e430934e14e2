import { unlessBooked } from '../../ledger/index.js';
import { Prisma } from '../../platform/database/index.js';

/** Of each payment: what its refunds that have not failed give back of the sale, and what disputes have taken out of it. */
const givenBack = Prisma.sql`
  SELECT p.id,
    coalesce((SELECT sum(r.amount) FROM refunds r
      WHERE r.payment_id = p.id AND r.transaction_id IS NULL AND r.status IN ('PENDING', 'SUCCEEDED')), 0) AS refunded,
    coalesce((SELECT sum(r.tax) FROM refunds r
      WHERE r.payment_id = p.id AND r.transaction_id IS NULL AND r.status IN ('PENDING', 'SUCCEEDED')), 0)
      + coalesce((SELECT sum(d.tax) FROM disputes d WHERE d.payment_id = p.id), 0) AS tax,
    coalesce((SELECT sum(r.loss) FROM refunds r
      WHERE r.payment_id = p.id AND r.transaction_id IS NULL AND r.status IN ('PENDING', 'SUCCEEDED')), 0)
      + coalesce((SELECT sum(d.loss) FROM disputes d WHERE d.payment_id = p.id), 0) AS loss,
    coalesce((SELECT sum(d.lost_amount) FROM disputes d WHERE d.payment_id = p.id), 0) AS lost,
    coalesce((SELECT sum(d.amount) FROM disputes d
      WHERE d.payment_id = p.id AND d.withdrawn_at IS NOT NULL AND d.reinstated_at IS NULL), 0) AS disputed
  FROM payments p`;

/** What must hold between refunds, disputes, their payments and the journal. */
export const givenBackRules = {
  'what is on its way back is the refunds that are pending': unlessBooked(
    'liability:refunds-pending',
    Prisma.sql`SELECT currency, sum(amount) AS amount FROM refunds WHERE status = 'PENDING' GROUP BY currency`,
  ),
  'what banks hold is the disputes that are not decided': unlessBooked(
    'asset:disputed',
    Prisma.sql`
      SELECT currency, sum(amount) AS amount FROM disputes
      WHERE withdrawn_at IS NOT NULL AND reinstated_at IS NULL AND status <> 'LOST' GROUP BY currency`,
  ),
  'a payment knows what its refunds and disputes hold of it': Prisma.sql`
    SELECT p.id AS subject, format('refunded %s by refunds %s, disputed %s by disputes %s', p.refunded_amount, g.refunded,
      p.disputed_amount, g.disputed) AS detail
    FROM payments p JOIN (${givenBack}) g ON g.id = p.id
    WHERE p.refunded_amount <> g.refunded OR p.disputed_amount <> g.disputed`,
  'never more of a sale goes back than came': Prisma.sql`
    SELECT p.id AS subject, format('of %s, refunded %s and lost %s', p.total, g.refunded, g.lost) AS detail
    FROM payments p JOIN (${givenBack}) g ON g.id = p.id WHERE g.refunded + g.lost > p.total`,
  // What was a loss is none of the sale: the tax of what was used up is owed all the same.
  'a sale that went back whole leaves no tax': Prisma.sql`
    SELECT p.id AS subject, format('tax %s, taken back %s', s.tax_amount, g.tax) AS detail
    FROM payments p JOIN payment_sessions s ON s.id = p.session_id AND s.status = 'COMPLETED' JOIN (${givenBack}) g ON g.id = p.id
    WHERE p.total > 0 AND g.refunded + g.lost = p.total AND g.tax <> s.tax_amount AND g.loss = 0`,
  'a refund has the entries of its status': Prisma.sql`
    SELECT r.id AS subject, format('%s with %s', r.status, string_agg(e.kind || coalesce(' reversed by ' || v.id, ''), ', ')) AS detail
    FROM refunds r LEFT JOIN ledger_entries e ON e.reference IN (r.id || ':asked', r.id || ':done')
      LEFT JOIN ledger_entries v ON v.reverses = e.id
    GROUP BY r.id
    HAVING count(e.id) FILTER (WHERE v.id IS NULL)
      <> CASE r.status WHEN 'PENDING' THEN 1 WHEN 'SUCCEEDED' THEN 2 ELSE 0 END`,
  'a payment stands as its refunds and disputes say': Prisma.sql`
    SELECT p.id AS subject, p.status::text AS detail
    FROM payments p CROSS JOIN LATERAL (
      SELECT coalesce(sum(r.amount), 0) AS amount FROM refunds r
      WHERE r.payment_id = p.id AND r.status = 'SUCCEEDED' AND (r.transaction_id IS NULL OR r.transaction_id = p.transaction_id)
    ) r CROSS JOIN LATERAL (
      SELECT coalesce(sum(d.lost_amount), 0) AS lost, coalesce(bool_or(d.status IN ('NEEDS_RESPONSE', 'UNDER_REVIEW')), false) AS open
      FROM disputes d WHERE d.payment_id = p.id AND d.transaction_id = p.transaction_id
    ) d
    WHERE p.status IN ('COMPLETED', 'PARTIALLY_REFUNDED', 'REFUNDED', 'DISPUTED') AND p.status::text <> CASE
      WHEN d.open THEN 'DISPUTED'
      WHEN r.amount + d.lost = 0 THEN 'COMPLETED'
      WHEN r.amount + d.lost >= coalesce(p.received_amount, p.total) THEN 'REFUNDED' ELSE 'PARTIALLY_REFUNDED' END`,
} satisfies Record<string, Prisma.Sql>;
