import { Prisma } from '../../platform/database/index.js';

/** What must hold of bundles and no constraint of one table can say. */
export const bundleRules = {
  'a bundle has 2 to 50 courses': Prisma.sql`
    SELECT b.id AS subject, format('has %s', count(c.course_id)) AS detail
    FROM bundles b LEFT JOIN bundle_courses c ON c.bundle_id = b.id GROUP BY b.id HAVING count(c.course_id) NOT BETWEEN 2 AND 50`,
  'a bundle has one price per currency, its default price among them': Prisma.sql`
    SELECT b.id AS subject, format('%s costs %s by default and %s by the list', p.currency, b.price, p.amount) AS detail
    FROM bundle_prices p JOIN bundles b ON b.id = p.bundle_id AND b.currency = p.currency`,
} satisfies Record<string, Prisma.Sql>;
