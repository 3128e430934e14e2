import { Prisma } from '../../platform/database/index.js';

/** What must hold of files and no constraint says. */
export const contentRules = {
  'what a lecture refers to is known to be kept': Prisma.sql`
    SELECT c.lecture_id AS subject, format('its file %s is not known', c.storage_key) AS detail
    FROM lecture_contents c WHERE NOT EXISTS (SELECT FROM stored_objects o WHERE o.key = c.storage_key)`,
} satisfies Record<string, Prisma.Sql>;
