import { Prisma } from '../platform/database/index.js';

/** What must hold between a place in a course, what was paid for it, and what it opens. */
export const enrollmentRules = {
  'a place that is paid has a completed payment session of its buyer for its course': Prisma.sql`
    SELECT e.id AS subject, format('session %s is %s', coalesce(e.payment_session_id, 'missing'), s.status) AS detail
    FROM enrollments e LEFT JOIN payment_sessions s
      ON s.id = e.payment_session_id AND s.user_id = e.user_id AND s.item_kind = 'course' AND s.item_id = e.course_id
    WHERE e.payment_status = 'PAID' AND s.status IS DISTINCT FROM 'COMPLETED'`,
  // A later purchase of a place that was given up overwrites its session.
  'a course that is paid and not refunded has a place of its buyer': Prisma.sql`
    SELECT s.id AS subject, format('%s is %s, user %s has %s in course %s', p.id, p.status, s.user_id,
      coalesce('a place that is ' || e.payment_status, 'no place'), s.item_id) AS detail
    FROM payment_sessions s JOIN payments p ON p.session_id = s.id AND p.status IN ('COMPLETED', 'PARTIALLY_REFUNDED')
        AND (p.total = 0 OR EXISTS (SELECT 1 FROM ledger_entries l WHERE l.reference = p.id || ':sold'))
      LEFT JOIN enrollments e ON e.user_id = s.user_id AND e.course_id = s.item_id
    WHERE s.status = 'COMPLETED' AND s.item_kind = 'course'
      AND (e.id IS NULL OR e.payment_session_id = s.id AND e.payment_status <> 'PAID')`,
  'an active place opens its course': Prisma.sql`
    SELECT e.id AS subject, format('user %s has no standing grant in course %s', e.user_id, e.course_id) AS detail
    FROM enrollments e
    WHERE e.status = 'ACTIVE' AND NOT EXISTS (
      SELECT 1 FROM access_grants g WHERE g.source = 'ENROLLMENT' AND g.source_id = e.id
        AND g.user_id = e.user_id AND g.course_id = e.course_id AND g.revoked_at IS NULL)`,
} satisfies Record<string, Prisma.Sql>;
