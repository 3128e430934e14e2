import { Prisma } from '../../platform/database/index.js';

/** What an entry has moved on the account of the provider of `o`, by currency. */
const moved = (entry: Prisma.Sql) => Prisma.sql`
  LEFT JOIN LATERAL (
    SELECT p.currency, sum(p.amount) AS amount FROM ledger_postings p JOIN ledger_accounts a ON a.id = p.account_id
    WHERE p.entry_id = ${entry} AND a.code = 'asset:provider:' || lower(o.provider::text) GROUP BY 1
  ) m ON true`;

/** What must hold between statements, discrepancies and the journal. */
export const reconciliationRules = {
  'what only a statement tells of is booked at what it says': Prisma.sql`
    SELECT o.id AS subject, format('says %s %s, booked %s %s', o.amount - o.fee, o.currency, m.amount, m.currency) AS detail
    FROM statement_lines o ${moved(Prisma.sql`o.entry_id`)}
    WHERE o.entry_id IS NOT NULL AND (m.amount, m.currency) IS DISTINCT FROM (o.amount - o.fee, o.currency)`,
  'a resolution has levelled the two sides': Prisma.sql`
    SELECT o.id AS subject, format('difference %s %s, booked %s', s.stated - s.booked, s.currency, m.amount) AS detail
    FROM discrepancies o JOIN discrepancy_sums s ON s.discrepancy_id = o.id ${moved(Prisma.sql`o.entry_id`)} AND m.currency = s.currency
    WHERE o.status = 'RESOLVED' AND coalesce(m.amount, 0) <> s.stated - s.booked`,
  'the total of the statements is that of their lines': Prisma.sql`
    SELECT provider || ' ' || currency AS subject, format('kept %s, lines %s', t.stated, l.stated) AS detail
    FROM statement_totals t FULL JOIN (
      SELECT provider, currency, sum(amount - fee) AS stated FROM statement_lines GROUP BY 1, 2
    ) l USING (provider, currency)
    WHERE coalesce(t.stated, 0) <> coalesce(l.stated, 0)`,
} satisfies Record<string, Prisma.Sql>;
