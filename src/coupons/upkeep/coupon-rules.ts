import { Prisma } from '../../platform/database/index.js';

/** What must hold between a coupon's limits and its uses. */
export const couponRules = {
  'a coupon counts its live uses, and no more than it allows': Prisma.sql`
    SELECT c.id AS subject, format('counted %s, live %s, allowed %s', c.current_uses, count(u.id), c.max_uses) AS detail
    FROM coupons c LEFT JOIN coupon_uses u ON u.coupon_id = c.id AND u.status IN ('RESERVED', 'CONSUMED')
    GROUP BY c.id HAVING c.current_uses <> count(u.id) OR count(u.id) > c.max_uses`,
  'a person has no more live uses of a coupon than it allows each': Prisma.sql`
    SELECT c.id || ' ' || u.user_id AS subject, format('live %s, allowed %s', count(*), c.max_uses_per_user) AS detail
    FROM coupons c JOIN coupon_uses u ON u.coupon_id = c.id AND u.status IN ('RESERVED', 'CONSUMED')
    GROUP BY c.id, u.user_id HAVING count(*) > c.max_uses_per_user`,
} satisfies Record<string, Prisma.Sql>;
