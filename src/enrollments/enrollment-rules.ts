import { Prisma } from '../platform/database/index.js';
import { isTaken } from './waitlist/course-places.js';

/** The courses that a session sold. */
const soldCourses = Prisma.sql`(
  SELECT s.item_id AS course_id WHERE s.item_kind = 'course'
  UNION ALL SELECT part->>'itemId' FROM jsonb_array_elements(s.payees) part WHERE s.item_kind = 'bundle')`;

/** What must hold between a place in a course, what was paid for it, and what it opens. */
export const enrollmentRules = {
  'a place that is paid has a completed payment session of its buyer for its course': Prisma.sql`
    SELECT e.id AS subject, format('session %s is %s', coalesce(e.payment_session_id, 'missing'), s.status) AS detail
    FROM enrollments e LEFT JOIN payment_sessions s ON s.id = e.payment_session_id AND s.user_id = e.user_id
      AND e.course_id IN (SELECT sold.course_id FROM ${soldCourses} sold)
    WHERE e.payment_status = 'PAID' AND s.status IS DISTINCT FROM 'COMPLETED'`,
  // A later purchase of a place that was given up overwrites its session; and a bundle leaves alone what its buyer has.
  'a course that is paid and not refunded has a place of its buyer': Prisma.sql`
    SELECT s.id AS subject, format('%s is %s, user %s has %s in course %s', p.id, p.status, s.user_id,
      coalesce('a place that is ' || e.payment_status, 'no place'), sold.course_id) AS detail
    FROM payment_sessions s JOIN payments p ON p.session_id = s.id AND p.status IN ('COMPLETED', 'PARTIALLY_REFUNDED')
        AND (p.total = 0 OR EXISTS (SELECT 1 FROM ledger_entries l WHERE l.reference = p.id || ':sold'))
      CROSS JOIN LATERAL ${soldCourses} sold
      LEFT JOIN enrollments e ON e.user_id = s.user_id AND e.course_id = sold.course_id
    WHERE s.status = 'COMPLETED' AND s.item_kind IN ('course', 'bundle')
      AND (e.id IS NULL OR e.payment_session_id = s.id AND e.payment_status <> 'PAID')`,
  'an active place opens its course': Prisma.sql`
    SELECT e.id AS subject, format('user %s has no standing grant in course %s', e.user_id, e.course_id) AS detail
    FROM enrollments e
    WHERE e.status IN ('ACTIVE', 'COMPLETED') AND NOT EXISTS (
      SELECT 1 FROM access_grants g WHERE g.source = 'ENROLLMENT' AND g.source_id = e.id
        AND g.user_id = e.user_id AND g.course_id = e.course_id AND g.revoked_at IS NULL)`,
  'the places that a bundle gave come to what was paid for it, as long as all of them are its own': Prisma.sql`
    SELECT s.id AS subject, format('%s of %s at %s, %s off', sum(e.amount_paid), s.final_amount, sum(e.amount), sum(e.discount_applied)) AS detail
    FROM payment_sessions s JOIN enrollments e ON e.payment_session_id = s.id
    WHERE s.status = 'COMPLETED' AND s.item_kind = 'bundle'
    GROUP BY s.id HAVING count(*) = jsonb_array_length(s.payees)
      AND (sum(e.amount_paid), sum(e.amount), sum(e.discount_applied)) <> (s.final_amount, s.amount, s.discount_amount)`,
  'a course has no more places than its capacity': Prisma.sql`
    SELECT c.id AS subject, format('%s of %s places are taken', count(*), c.capacity) AS detail
    FROM courses c JOIN enrollments e ON e.course_id = c.id AND ${isTaken}
    WHERE c.capacity IS NOT NULL GROUP BY c.id HAVING count(*) > c.capacity`,
  // What was changed and not looked at yet stands in the outbox.
  'nobody waits for a place that is free and that nobody is about to give': Prisma.sql`
    SELECT c.id AS subject, format('%s of %s places are taken', taken.places, coalesce(c.capacity::text, 'any number of')) AS detail
    FROM (SELECT DISTINCT course_id FROM enrollments WHERE status = 'PENDING' AND waiting_since IS NOT NULL) line
      JOIN courses c ON c.id = line.course_id
      CROSS JOIN LATERAL (SELECT count(*) AS places FROM enrollments e WHERE e.course_id = c.id AND ${isTaken}) taken
    WHERE c.status = 'PUBLISHED' AND (c.capacity IS NULL OR taken.places < c.capacity)
      AND NOT EXISTS (SELECT FROM outbox_messages m WHERE m.status = 'PENDING' AND m.subscriber LIKE 'enrollments.waitlist%'
        AND m.payload->>'courseId' = c.id)`,
} satisfies Record<string, Prisma.Sql>;
