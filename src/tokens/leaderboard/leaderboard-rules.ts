import { Prisma } from '../../platform/database/index.js';

/** What must hold between scores and who wants to be seen. */
export const leaderboardRules = {
  'a score is shown as its person wants it': Prisma.sql`
    SELECT s.user_id AS subject, format('%s is %s', s.period, CASE WHEN s.listed THEN 'shown' ELSE 'hidden' END) AS detail
    FROM token_scores s LEFT JOIN token_accounts a ON a.user_id = s.user_id WHERE s.listed IS DISTINCT FROM a.listed`,
} satisfies Record<string, Prisma.Sql>;
