import { Prisma } from '../../platform/database/index.js';

/** What must hold between scores, the movements that they come of, and who wants to be seen. */
export const leaderboardRules = {
  'a score of all time is what was earned, whatever was redeemed': Prisma.sql`
    SELECT coalesce(e.user_id, s.user_id) AS subject, format('score %s, earned %s', s.score, e.earned) AS detail
    FROM (SELECT user_id, sum(amount) AS earned FROM token_transactions WHERE type <> 'REDEEM' GROUP BY user_id) e
      FULL JOIN (SELECT user_id, score FROM token_scores WHERE period = 'ALL') s ON s.user_id = e.user_id
    WHERE s.score IS DISTINCT FROM e.earned`,
  'a score is shown as its person wants it': Prisma.sql`
    SELECT s.user_id AS subject, format('%s is %s', s.period, CASE WHEN s.listed THEN 'shown' ELSE 'hidden' END) AS detail
    FROM token_scores s LEFT JOIN token_accounts a ON a.user_id = s.user_id WHERE s.listed IS DISTINCT FROM a.listed`,
} satisfies Record<string, Prisma.Sql>;
