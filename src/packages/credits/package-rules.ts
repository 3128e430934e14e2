import { unlessBooked } from '../../ledger/index.js';
import { Prisma } from '../../platform/database/index.js';

/** What must hold between packages, what was paid for them, and the journal. */
export const packageRules = {
  'what is deferred for packages is what their credits stand for': unlessBooked(
    'liability:deferred:packages',
    Prisma.sql`SELECT currency, sum(net_left) AS amount FROM student_packages GROUP BY currency`,
  ),
  "a package that is paid and not refunded is its buyer's": Prisma.sql`
    SELECT s.id AS subject, format('%s is %s, user %s has no package of %s', p.id, p.status, s.user_id, s.item_id) AS detail
    FROM payment_sessions s JOIN payments p ON p.session_id = s.id AND p.status IN ('COMPLETED', 'PARTIALLY_REFUNDED')
      AND (p.total = 0 OR EXISTS (SELECT 1 FROM ledger_entries l WHERE l.reference = p.id || ':sold'))
    WHERE s.status = 'COMPLETED' AND s.item_kind = 'package' AND NOT EXISTS (
      SELECT 1 FROM student_packages b WHERE b.payment_session_id = s.id AND b.student_id = s.user_id
        AND b.package_id = s.item_id AND b.revoked_at IS NULL)`,
} satisfies Record<string, Prisma.Sql>;
