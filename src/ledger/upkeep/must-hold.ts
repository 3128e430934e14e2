import type { FactoryProvider } from '@nestjs/common';
import { Prisma } from '../../platform/database/index.js';
import { Invariants, type Rules } from './invariants.js';

/** Adds a feature's rules to those that are checked. Stands among the providers of its module. */
export function mustHold(rules: Rules): FactoryProvider {
  return {
    provide: Symbol('rules'),
    inject: [Invariants],
    useFactory: (invariants: Invariants) => invariants.add(rules),
  };
}

/**
 * Where an account of the chart does not hold what the objects that it stands for hold together.
 * @param objects a query of `currency` and `amount`, one row per currency
 */
export function unlessBooked(code: string, objects: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    SELECT ${code} || ' ' || coalesce(a.currency, o.currency) AS subject,
      format('booked %s, should be %s', coalesce(a.amount, 0), coalesce(o.amount, 0)) AS detail
    FROM (
      SELECT c.currency, CASE WHEN c.type IN ('ASSET', 'EXPENSE') THEN 1 ELSE -1 END * sum(p.amount) AS amount
      FROM ledger_accounts c JOIN ledger_postings p ON p.account_id = c.id WHERE c.code = ${code} GROUP BY c.id
    ) a FULL JOIN (${objects}) o ON o.currency = a.currency
    WHERE coalesce(a.amount, 0) <> coalesce(o.amount, 0)`;
}
