import { Prisma } from '../platform/database/index.js';

/** What must hold between a place in a course, what was paid for it, and what it opens. */
export const enrollmentRules = {
  'a place that is paid has a completed payment session of its buyer for its course': Prisma.sql`
    SELECT e.id AS subject, format('session %s is %s', coalesce(e.payment_session_id, 'missing'), s.status) AS detail
    FROM enrollments e LEFT JOIN payment_sessions s
      ON s.id = e.payment_session_id AND s.user_id = e.user_id AND s.item_kind = 'course' AND s.item_id = e.course_id
    WHERE e.payment_status = 'PAID' AND s.status IS DISTINCT FROM 'COMPLETED'`,
  'an active place opens its course': Prisma.sql`
    SELECT e.id AS subject, format('user %s has no standing grant in course %s', e.user_id, e.course_id) AS detail
    FROM enrollments e
    WHERE e.status = 'ACTIVE' AND NOT EXISTS (
      SELECT 1 FROM access_grants g WHERE g.source = 'ENROLLMENT' AND g.source_id = e.id
        AND g.user_id = e.user_id AND g.course_id = e.course_id AND g.revoked_at IS NULL)`,
} satisfies Record<string, Prisma.Sql>;
