import { Prisma } from '../../platform/database/index.js';

/** What must hold between waitlists, seats and sessions. */
export const waitlistRules = {
  'whoever waited and was promoted has a seat of their own in that session': Prisma.sql`
    SELECT e.id AS subject, format('%s, seat %s', e.status, coalesce(e.seat_id, 'missing')) AS detail
    FROM waitlist_entries e LEFT JOIN seats s ON s.id = e.seat_id AND s.session_id = e.session_id AND s.student_id = e.student_id
    WHERE (e.status = 'PROMOTED') <> (e.seat_id IS NOT NULL) OR (e.seat_id IS NOT NULL AND s.id IS NULL)`,
  'nobody was promoted twice to one seat': Prisma.sql`
    SELECT seat_id AS subject, format('%s entries', count(*)) AS detail
    FROM waitlist_entries WHERE seat_id IS NOT NULL GROUP BY seat_id HAVING count(*) > 1`,
  // Who has a seat by now has booked it, which only the offered one or nobody waiting before them could keep them from.
  'a free seat is being offered, or was, to everybody who waits for it': Prisma.sql`
    SELECT e.id AS subject, format('%s of %s seats of %s are taken', n.taken, n.capacity, n.id) AS detail
    FROM waitlist_entries e JOIN class_sessions n ON n.id = e.session_id
    WHERE e.status = 'WAITING' AND e.skipped_at IS NULL AND n.status = 'SCHEDULED' AND n.taken < n.capacity
      AND NOT EXISTS (SELECT FROM waitlist_promotions p WHERE p.session_id = n.id)
      AND NOT EXISTS (SELECT FROM seats s WHERE s.session_id = n.id AND s.student_id = e.student_id AND s.status IN ('LOCKED', 'PAID'))`,
} satisfies Record<string, Prisma.Sql>;
