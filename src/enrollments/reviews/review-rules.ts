import { Prisma } from '../../platform/database/index.js';

/** What must hold between reviews and what courses say of them. */
export const reviewRules = {
  'a course is rated as its reviews say': Prisma.sql`
    SELECT c.id AS subject, format('%s of %s reviews, %s hundredths; there are %s of %s', c.rating_sum, c.rating_count, c.rating, r.sum, r.count) AS detail
    FROM courses c CROSS JOIN LATERAL (
      SELECT count(*) AS count, coalesce(sum(rating), 0) AS sum, coalesce(round(100 * avg(rating)), 0) AS average
      FROM reviews WHERE course_id = c.id) AS r
    WHERE (c.rating_sum, c.rating_count, c.rating) IS DISTINCT FROM (r.sum, r.count, r.average)`,
} satisfies Record<string, Prisma.Sql>;
