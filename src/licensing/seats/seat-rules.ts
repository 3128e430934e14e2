import { Prisma } from '../../platform/database/index.js';

/** What must hold between seats, their licences, and what they give. */
export const seatRules = {
  'a seat gives something while somebody has it and its licence is active, and then only': Prisma.sql`
    SELECT s.id AS subject, format('it is %s and %s, its licence %s', s.status, CASE WHEN s.open THEN 'open' ELSE 'closed' END, l.status) AS detail
    FROM license_seats s JOIN licenses l ON l.id = s.license_id
    WHERE s.open <> (s.status = 'ASSIGNED' AND l.status = 'ACTIVE')`,
  'a seat is of the tier of its licence': Prisma.sql`
    SELECT s.id AS subject, format('%s, and the licence %s', s.tier, l.tier) AS detail
    FROM license_seats s JOIN licenses l ON l.id = s.license_id WHERE s.tier <> l.tier`,
  // What was closed and not followed yet is about to be.
  'a place by licence stands only while its owner has a seat that gives something': Prisma.sql`
    SELECT e.id AS subject, format('user %s has course %s without one', e.user_id, e.course_id) AS detail
    FROM enrollments e
    WHERE e.type = 'LICENSE' AND e.status IN ('ACTIVE', 'COMPLETED')
      AND NOT EXISTS (SELECT FROM license_seats s WHERE s.user_id = e.user_id AND (s.open OR s.follow_at IS NOT NULL))`,
} satisfies Record<string, Prisma.Sql>;
