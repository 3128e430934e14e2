import { type PaymentProvider, Prisma } from '../../platform/database/index.js';
import { chargeName, refundName } from './statement-names.js';

/**
 * Which of our entries a provider's statement should know of, and by which names. Whatever moves `asset:provider:…` has an expectation
 * here: an entry that none speaks of is itself a discrepancy.
 */
export interface Expectation {
  /** `object_type` of the entries. */
  readonly about: string;
  /** Ids of the objects that names on a statement lead to; `names` is a text[]. */
  readonly objects: (provider: PaymentProvider, names: Prisma.Sql) => Prisma.Sql;
  /** Entries of these objects (`ids`, a text[]) by `entry_id`, with their `kind`, the `reference` and the `payment_id` they are about. */
  readonly entries: (provider: PaymentProvider, ids: Prisma.Sql) => Prisma.Sql;
  /**
   * What is on its way and will be booked once it is done, though a statement may have it before: the same columns without an entry, with
   * `currency`, `net` and `at`.
   */
  readonly awaited?: (ids: Prisma.Sql) => Prisma.Sql;
}

const payments: Expectation = {
  about: 'payment',
  objects: (provider, names) => Prisma.sql`
    SELECT id FROM payments WHERE provider = ${provider}::payment_provider AND (transaction_id = ANY(${names}) OR receipt = ANY(${names}))
    UNION SELECT r.payment_id FROM refunds r WHERE r.provider_refund_id = ANY(${names}) OR r.transaction_id = ANY(${names})
    UNION SELECT d.payment_id FROM disputes d WHERE d.provider = ${provider}::payment_provider AND d.external_id = ANY(${names})
    UNION SELECT m.payment_id FROM provider_movements m
      WHERE m.provider = ${provider}::payment_provider AND m.reference = ANY(${names})
    UNION SELECT m.subject FROM mpesa_requests m WHERE m.kind = 'PUSH' AND m.receipt = ANY(${names})
    UNION SELECT r.payment_id FROM mpesa_requests m JOIN refunds r ON r.id = m.subject
      WHERE m.kind = 'REVERSAL' AND (m.receipt = ANY(${names}) OR m.original = ANY(${names}))
    UNION SELECT l.payment_id FROM statement_lines l
      WHERE l.provider = ${provider}::payment_provider AND l.reference = ANY(${names}) AND l.payment_id IS NOT NULL`,
  entries: (provider, ids) => Prisma.sql`
    SELECT e.id AS entry_id, 'CHARGE' AS kind, ${chargeName(Prisma.sql`p.transaction_id`, Prisma.sql`p.id`)} AS reference, p.id AS payment_id
    FROM payments p JOIN ledger_entries e ON e.reference = p.id || ':sold' WHERE p.id = ANY(${ids})
    UNION ALL
    SELECT e.id, 'CHARGE', ${chargeName(Prisma.sql`substr(e.reference, length(p.id) + 12)`, Prisma.sql`p.id`)}, p.id
    FROM payments p JOIN ledger_entries e ON e.object_type = 'payment' AND e.object_id = p.id AND e.kind = 'payment.unapplied'
    WHERE p.id = ANY(${ids})
    UNION ALL
    SELECT e.id, CASE e.kind WHEN 'refund.done' THEN 'REFUND' ELSE 'REFUND_FAILURE' END, ${refundName}, r.payment_id
    FROM refunds r JOIN ledger_entries e ON e.reference IN (r.id || ':done', r.id || ':done:failed')
    WHERE r.payment_id = ANY(${ids}) AND r.destination = 'ORIGINAL'
    UNION ALL
    SELECT e.id, CASE e.kind WHEN 'dispute.withdrawn' THEN 'DISPUTE' ELSE 'DISPUTE_REVERSAL' END, d.external_id, d.payment_id
    FROM disputes d JOIN ledger_entries e ON e.reference IN (d.id || ':withdrawn', d.id || ':reinstated')
    WHERE d.payment_id = ANY(${ids})
    UNION ALL
    SELECT e.id, m.kind::text, m.reference, m.payment_id
    FROM provider_movements m JOIN ledger_entries e ON e.reference = lower(m.provider::text) || ':' || m.external_id
    WHERE m.payment_id = ANY(${ids}) AND m.provider = ${provider}::payment_provider`,
  awaited: (ids) => Prisma.sql`
    SELECT 'REFUND' AS kind, ${refundName} AS reference, r.payment_id, r.currency, -r.amount AS net, r.created_at AS at
    FROM refunds r WHERE r.payment_id = ANY(${ids}) AND r.status = 'PENDING' AND r.destination = 'ORIGINAL'`,
};

/** What was done about an earlier discrepancy belongs to the same matter. */
const discrepancies: Expectation = {
  about: 'discrepancy',
  objects: (provider, names) => Prisma.sql`
    SELECT id FROM discrepancies WHERE provider = ${provider}::payment_provider AND reference = ANY(${names})`,
  entries: (provider, ids) => Prisma.sql`
    SELECT e.id AS entry_id, d.matter::text AS kind, d.reference, d.payment_id
    FROM discrepancies d JOIN ledger_entries e ON e.object_type = 'discrepancy' AND e.object_id = d.id
    WHERE d.id = ANY(${ids}) AND d.provider = ${provider}::payment_provider`,
};

/** Done without a word of its name at the provider, it has ours: no statement knows it, and a person finds out why. */
const payouts: Expectation = {
  about: 'payout',
  objects: (provider, names) => Prisma.sql`
    SELECT id FROM payouts WHERE provider = ${provider}::payment_provider AND (external_id = ANY(${names}) OR id = ANY(${names}))`,
  entries: (provider, ids) => Prisma.sql`
    SELECT e.id AS entry_id, CASE e.kind WHEN 'payout.done' THEN 'PAYOUT' ELSE 'PAYOUT_FAILURE' END AS kind,
      coalesce(p.external_id, p.id) AS reference, NULL::text AS payment_id
    FROM payouts p JOIN ledger_entries e ON e.reference IN (p.id || ':done', p.id || ':done:failed')
    WHERE p.id = ANY(${ids}) AND p.provider = ${provider}::payment_provider`,
};

export const expectations: readonly Expectation[] = [payments, payouts, discrepancies];

/** What a run books from a line of the statement alone; the line itself is all that is expected of it. */
export const BOOKED_LINE = 'statement-line';
