import { unlessBooked } from '../../ledger/index.js';
import { Prisma } from '../../platform/database/index.js';

/** What must hold between sessions, their seats, the holds and the journal. */
export const seatRules = {
  'the seats taken of a session are its live bookings': Prisma.sql`
    SELECT n.id AS subject, format('taken %s, live %s, capacity %s', n.taken, count(s.id), n.capacity) AS detail
    FROM class_sessions n LEFT JOIN seats s ON s.session_id = n.id AND s.status <> 'CANCELLED'
    GROUP BY n.id HAVING n.taken <> count(s.id) OR n.taken > n.capacity`,
  'a seat is locked as long as its hold is open': Prisma.sql`
    SELECT s.id AS subject, format('%s, hold %s', s.status, coalesce(h.id, 'missing')) AS detail
    FROM seats s LEFT JOIN ledger_holds h ON h.id = s.hold_id
    WHERE (s.status = 'LOCKED') <> (h.id IS NOT NULL AND h.resolved_at IS NULL)`,
  'what a seat was paid is booked once, and given back or earned at most once': Prisma.sql`
    SELECT s.id AS subject, format('paid %s, delivered %s, given back %s, entries %s', s.paid_amount, s.delivered_at IS NOT NULL,
      s.given_back_at IS NOT NULL, string_agg(e.kind, ', ')) AS detail
    FROM seats s LEFT JOIN ledger_entries e ON e.object_type = 'seat' AND e.object_id = s.id
    GROUP BY s.id
    HAVING count(e.id) FILTER (WHERE e.kind IN ('seat.captured', 'seat.paid-cash')) <> (s.paid_amount > 0 AND s.student_package_id IS NULL)::int
      OR count(e.id) FILTER (WHERE e.kind = 'seat.paid-credit') <> (s.paid_amount > s.paid_tax AND s.student_package_id IS NOT NULL)::int
      OR count(e.id) FILTER (WHERE e.kind = 'seat.given-back') <> (s.given_back_at IS NOT NULL AND s.student_package_id IS NULL)::int
      OR count(e.id) FILTER (WHERE e.kind = 'seat.credit-returned')
        <> (s.given_back_at IS NOT NULL AND s.student_package_id IS NOT NULL AND s.paid_amount > s.paid_tax)::int
      OR count(e.id) FILTER (WHERE e.kind = 'seat.delivered' AND s.paid_amount > s.paid_tax)
        <> (s.delivered_at IS NOT NULL AND s.paid_amount > s.paid_tax)::int`,
  'what is deferred for sessions is the seats paid and neither delivered nor given back': unlessBooked(
    'liability:deferred:sessions',
    Prisma.sql`
      SELECT currency, sum(paid_amount - paid_tax) AS amount FROM seats
      WHERE delivered_at IS NULL AND given_back_at IS NULL GROUP BY currency`,
  ),
  'every credit of a package is left, given back for money, or used by a seat': Prisma.sql`
    SELECT p.id AS subject, format('%s of %s left, %s refunded, %s used', p.remaining_sessions, p.session_count, p.refunded_sessions,
      count(s.id)) AS detail
    FROM student_packages p LEFT JOIN seats s ON s.student_package_id = p.id AND s.given_back_at IS NULL
    GROUP BY p.id HAVING p.remaining_sessions + p.refunded_sessions + count(s.id) <> p.session_count`,
} satisfies Record<string, Prisma.Sql>;
