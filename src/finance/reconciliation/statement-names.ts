import { Prisma } from '../../platform/database/index.js';

/*
 * By which name a provider's statement knows what we know by ours. For most it is the one that every report carries. M-Pesa's statement
 * has receipts, which come with the callback; a payment whose callback never came is known by the account number that we gave it, and a
 * reversal by the payment that it takes back.
 */

/** Of a movement of money that came in. `payment` is the id of its payment. */
export function chargeName(transaction: Prisma.Sql, payment: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`coalesce(
    (SELECT m.receipt FROM mpesa_requests m WHERE m.handle = ${transaction}),
    (SELECT l.reference FROM statement_lines l
      WHERE l.provider = 'MPESA' AND l.kind = 'CHARGE' AND l.payment_id = ${payment}
        AND NOT EXISTS (SELECT FROM mpesa_requests o WHERE o.receipt = l.reference) ORDER BY l.id LIMIT 1),
    ${transaction})`;
}

/** Of a refund, by its row `r`. */
export const refundName = Prisma.sql`coalesce(
  (SELECT m.receipt FROM mpesa_requests m WHERE m.kind = 'REVERSAL' AND m.subject = r.id),
  (SELECT l.reference FROM mpesa_requests m JOIN statement_lines l ON l.transaction_id = m.original
    WHERE m.kind = 'REVERSAL' AND m.subject = r.id AND l.provider = 'MPESA' AND l.kind = 'REFUND' AND l.amount = -r.amount
      AND NOT EXISTS (SELECT FROM mpesa_requests o WHERE o.receipt = l.reference) ORDER BY l.id LIMIT 1),
  r.provider_refund_id, r.id)`;
