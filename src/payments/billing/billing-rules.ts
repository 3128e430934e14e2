import { Prisma } from '../../platform/database/index.js';

/** What must hold between invoices that were paid and what is delivered for them. */
export const billingRules = {
  'what an invoice or the term of a licence has deferred is what came for it, less tax and less what went back': Prisma.sql`
    SELECT p.id AS subject, format('came %s, went back %s, deferred %s', p.total - p.tax, back.net, deferred.amount) AS detail
    FROM payments p JOIN payment_sessions s ON s.id = p.session_id AND s.item_kind IN ('subscription', 'license') AND s.status = 'COMPLETED'
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(amount), 0) AS amount FROM deferrals WHERE source_id = p.id
    ) deferred CROSS JOIN LATERAL (
      SELECT coalesce(sum(net), 0) AS net FROM (
        SELECT amount - tax - loss AS net FROM refunds
        WHERE payment_id = p.id AND transaction_id IS NULL AND status IN ('PENDING', 'SUCCEEDED')
        UNION ALL SELECT lost_amount - tax - loss FROM disputes WHERE payment_id = p.id
      ) given_back
    ) back
    WHERE p.total - p.tax - back.net <> deferred.amount`,
} satisfies Record<string, Prisma.Sql>;
