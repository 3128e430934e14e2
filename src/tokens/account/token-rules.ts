import { unlessBooked } from '../../ledger/index.js';
import { Prisma } from '../../platform/database/index.js';

/** What must hold between people's tokens, what moved them, and what they became. */
export const tokenRules = {
  'what a person has in tokens is what their movements come to': Prisma.sql`
    SELECT a.user_id AS subject, format('%s after %s movements, which are %s and come to %s',
      a.balance, a.sequence, count(t.id), coalesce(sum(t.amount), 0)) AS detail
    FROM token_accounts a LEFT JOIN token_transactions t ON t.user_id = a.user_id
    GROUP BY a.user_id HAVING (a.balance, a.sequence) <> (coalesce(sum(t.amount), 0), count(t.id))`,
  'a movement of tokens says what was there after it': Prisma.sql`
    SELECT t.id AS subject, format('number %s of %s: %s after %s', t.sequence, t.user_id, t.balance, t.amount) AS detail
    FROM (
      SELECT id, user_id, sequence, amount, balance, lag(balance, 1, 0::bigint) OVER own AS before, row_number() OVER own AS number
      FROM token_transactions WINDOW own AS (PARTITION BY user_id ORDER BY sequence)
    ) t WHERE t.balance <> t.before + t.amount OR t.sequence <> t.number`,
  'a score of all time is what was earned': Prisma.sql`
    SELECT coalesce(s.user_id, e.user_id) AS subject, format('scored %s, earned %s', s.score, e.amount) AS detail
    FROM (SELECT user_id, score FROM token_scores WHERE period = 'ALL') s FULL JOIN (
      SELECT user_id, sum(amount) AS amount FROM token_transactions WHERE type <> 'REDEEM' GROUP BY user_id
    ) e ON e.user_id = s.user_id
    WHERE s.score IS DISTINCT FROM e.amount`,
  'tokens that are redeemed have become something, and no others': Prisma.sql`
    SELECT coalesce(t.id, r.transaction_id) AS subject, format('%s, %s', t.type, CASE WHEN r IS NULL THEN 'nothing' ELSE 'something' END) AS detail
    FROM token_transactions t FULL JOIN token_redemptions r ON r.transaction_id = t.id
    WHERE (t.type = 'REDEEM') IS DISTINCT FROM (r.transaction_id IS NOT NULL)`,
  'what rewards have cost is what tokens became in wallets': unlessBooked(
    'expense:rewards',
    Prisma.sql`SELECT currency, sum(amount) AS amount FROM token_redemptions WHERE currency IS NOT NULL GROUP BY currency`,
  ),
} satisfies Record<string, Prisma.Sql>;
