import { Prisma } from '../../platform/database/index.js';

/** What must hold between subscriptions, what was paid for them, and what they give. */
export const subscriptionRules = {
  'a place by plan stands only while its owner has a subscription that gives something': Prisma.sql`
    SELECT e.id AS subject, format('user %s has course %s without one', e.user_id, e.course_id) AS detail
    FROM enrollments e
    WHERE e.type = 'SUBSCRIPTION' AND e.status IN ('ACTIVE', 'COMPLETED')
      AND NOT EXISTS (SELECT 1 FROM subscriptions s WHERE s.user_id = e.user_id AND s.open)`,
  'every payment for a subscription is of a subscription of its buyer': Prisma.sql`
    SELECT p.id AS subject, format('user %s paid for %s, which is %s', p.user_id, o.item_id, coalesce('of ' || s.user_id, 'not there')) AS detail
    FROM payment_sessions o JOIN payments p ON p.session_id = o.id AND p.status NOT IN ('PENDING', 'FAILED', 'CANCELLED', 'UNKNOWN')
      LEFT JOIN subscriptions s ON s.id = o.item_id
    WHERE o.item_kind = 'subscription' AND s.user_id IS DISTINCT FROM p.user_id`,
  'a subscription that has begun and not ended is looked at again': Prisma.sql`
    SELECT id AS subject, format('%s until %s, and nobody looks', status, period_end) AS detail
    FROM subscriptions WHERE status IN ('INCOMPLETE', 'TRIALING', 'ACTIVE', 'PAST_DUE') AND next_look_at IS NULL`,
} satisfies Record<string, Prisma.Sql>;
